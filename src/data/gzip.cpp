#include "data/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <string>

#include "tensor/check.h"

namespace grad::data {

namespace {

/// zlib's state, given back at the end of the scope.
struct Inflater {
  Inflater() { check(inflateInit2(&stream, 15 + 16) == Z_OK, "zlib cannot start."); }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  z_stream stream{};
};

}  // namespace

bool is_gzip(ByteView file) { return file.size() >= 2 && file[0] == 0x1f && file[1] == 0x8b; }

Bytes gunzip(ByteView file, std::string_view name, std::size_t most) {
  constexpr std::size_t piece = std::size_t{1} << 16;
  Inflater inflater;
  z_stream& stream = inflater.stream;
  Bytes out;
  std::size_t at = 0;
  const auto fail_at = [&](const std::string& what) {
    fail(std::string(name) + ": " + what + " at byte " + std::to_string(at - stream.avail_in) +
         " of the gzip file.");
  };
  std::uint8_t unpacked[piece];
  for (;;) {
    if (stream.avail_in == 0) {
      stream.next_in = const_cast<std::uint8_t*>(file.data()) + at;
      stream.avail_in = static_cast<uInt>(std::min(piece, file.size() - at));
      at += stream.avail_in;
    }
    stream.next_out = unpacked;
    stream.avail_out = piece;
    const int status = inflate(&stream, Z_NO_FLUSH);
    const std::size_t count = piece - stream.avail_out;
    check(count <= most - out.size(), [&] {
      return std::string(name) + ": unpacked it is larger than " + std::to_string(most) + " bytes.";
    });
    out.insert(out.end(), unpacked, unpacked + count);
    const bool input_left = stream.avail_in > 0 || at < file.size();
    if (status == Z_STREAM_END) {
      if (!input_left) return out;
      check(inflateReset(&stream) == Z_OK, "zlib cannot go on.");
    } else if (status == Z_OK || status == Z_BUF_ERROR) {
      if (!input_left && stream.avail_out > 0) fail_at("it is cut off");
    } else {
      fail_at("damaged data");
    }
  }
}

}  // namespace grad::data
