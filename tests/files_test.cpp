// Readers of files: what they read, and the sentence for what they refuse.

#include "data/files.h"

#include <zlib.h>

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "data/cifar.h"
#include "data/csv.h"
#include "data/gzip.h"
#include "data/idx.h"
#include "data/npy.h"
#include "data/png.h"
#include "files_fuzz.h"
#include "sentence.h"

using namespace grad;
using namespace grad::data;
using tests::sentence_of;

namespace {

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

std::vector<double> numbers(const Array& array) {
  return {array.span().begin(), array.span().end()};
}

// Two pictures of 2 × 3 pixels.
const Bytes kPictures = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0,   2,   0,   0,
                         0, 3, 0, 1, 2, 3, 4, 5, 6, 7, 250, 253, 254, 255};
const Bytes kLabels = {0, 0, 8, 1, 0, 0, 0, 2, 7, 3};

Bytes npy(std::string header, const Bytes& numbers) {
  header.resize(118, ' ');  // numbers begin at byte 128
  Bytes file = bytes_of(std::string("\x93NUMPY\x01\0\x76\0", 10) + header);
  file.insert(file.end(), numbers.begin(), numbers.end());
  return file;
}

Bytes gzipped(const Bytes& plain) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) == Z_OK);
  Bytes packed(deflateBound(&stream, plain.size()));
  stream.next_in = const_cast<std::uint8_t*>(plain.data());
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

Bytes without_last(Bytes bytes, std::size_t count = 1) {
  bytes.resize(bytes.size() - count);
  return bytes;
}

/// A file of these bytes while it lives.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const Bytes& bytes)
      : path_(
            (std::filesystem::temp_directory_path() / ("gradschool-files-test-" + name)).string()) {
    write_file(path_, bytes);
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string idx_refused(const Bytes& file) {
  return sentence_of([&] { parse_idx(file, "a.idx"); });
}
std::string npy_refused(const Bytes& file) {
  return sentence_of([&] { parse_npy(file, "a.npy"); });
}
std::string csv_refused(std::string_view text) {
  return sentence_of([&] { parse_csv(text, "t.csv"); });
}

}  // namespace

TEST_CASE("IDX files give their numbers in their shape", "[files]") {
  const FileArray pictures = parse_idx(kPictures, "a");
  CHECK(pictures.bytes);
  CHECK(pictures.values.shape() == Shape{2, 2, 3});
  CHECK(numbers(pictures.values) ==
        std::vector<double>{0, 1, 2, 3, 4, 5, 6, 7, 250, 253, 254, 255});
  const auto one_axis = [](std::uint8_t type, std::initializer_list<std::uint8_t> number) {
    Bytes file = {0, 0, type, 1, 0, 0, 0, 1};
    file.insert(file.end(), number);
    return parse_idx(file, "a").values.item();
  };
  CHECK(one_axis(0x09, {0xfe}) == -2);
  CHECK(one_axis(0x0b, {0xff, 0x00}) == -256);
  CHECK(one_axis(0x0c, {0, 1, 0, 2}) == 65538);
  CHECK(one_axis(0x0d, {0x3f, 0xc0, 0, 0}) == real(1.5));
  CHECK(one_axis(0x0e, {0xbf, 0xf8, 0, 0, 0, 0, 0, 0}) == real(-1.5));
}

TEST_CASE("Damaged IDX files are refused", "[files]") {
  CHECK(idx_refused({}) ==
        "a.idx: not an IDX file: it begins with nothing, not 00 00 and a type of numbers.");
  CHECK(idx_refused({0x50, 0x4b, 3, 4, 5}) ==
        "a.idx: not an IDX file: it begins with 50 4b 03 04, not 00 00 and a type of numbers.");
  CHECK(idx_refused({0, 0, 8, 3, 0, 0}) ==
        "a.idx: it ends at byte 6, within its header of 16 bytes.");
  CHECK(idx_refused(without_last(kPictures)) ==
        "a.idx: its header promises 2x2x3 numbers of 1 byte(s), but 11 bytes follow from byte 16 "
        "on.");
  Bytes more = kPictures;
  more.push_back(0);
  CHECK(idx_refused(more).find("but 13 bytes follow") != std::string::npos);
  CHECK(idx_refused({0, 0, 8, 1, 0, 0, 0, 0}) == "a.idx: its sizes 0 leave no numbers.");
  const Bytes absurd = {0,   0,   8,   4,   255, 255, 255, 255, 255, 255,
                        255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
  CHECK(idx_refused(absurd).find("4294967295x4294967295x4294967295x4294967295") !=
        std::string::npos);
  Bytes deep = {0, 0, 8, 7};
  for (int i = 0; i < 7; ++i) deep.insert(deep.end(), {0, 0, 0, 1});
  deep.push_back(1);
  CHECK(idx_refused(deep) == "a.idx: an array with 7 axes; at most 6 can be read.");
}

TEST_CASE(".npy files give their numbers in their shape", "[files]") {
  const Bytes floats = {0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0};
  const FileArray pair =
      parse_npy(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n", floats), "a");
  CHECK(pair.values.shape() == Shape{2});
  CHECK(numbers(pair.values) == std::vector<double>{1, -2});
  CHECK_FALSE(pair.bytes);
  const Bytes six = {1, 2, 3, 4, 5, 6};
  const auto order = [&](const char* fortran) {
    return parse_npy(
        npy("{'descr': '|u1', 'fortran_order': " + std::string(fortran) + ", 'shape': (2, 3), }",
            six),
        "a");
  };
  CHECK(order("False").bytes);
  CHECK(numbers(order("False").values) == std::vector<double>{1, 2, 3, 4, 5, 6});
  CHECK(numbers(order("True").values) == std::vector<double>{1, 3, 5, 2, 4, 6});
  const auto scalar = [](const char* type, const Bytes& number) {
    return parse_npy(
               npy("{'descr': '" + std::string(type) + "', 'fortran_order': False, 'shape': ()}",
                   number),
               "a")
        .values.item();
  };
  CHECK(scalar("<i8", {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}) == -1);
  CHECK(scalar(">i2", {1, 2}) == 258);
  CHECK(scalar("<u4", {0, 0, 0, 0x80}) == real(2147483648.0));
  CHECK(scalar("|b1", {2}) == 1);
  CHECK(scalar(">f8", {0x40, 0x04, 0, 0, 0, 0, 0, 0}) == real(2.5));
}

TEST_CASE("Damaged .npy files are refused", "[files]") {
  const std::string good = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }";
  CHECK(npy_refused(bytes_of("PK")) ==
        "a.npy: not an .npy file: it begins with 50 4b, not 93 4e 55 4d 50 59.");
  CHECK(npy_refused(bytes_of("\x93NUMPY\x09")) ==
        "a.npy: version 9 of the .npy format is not known.");
  CHECK(npy_refused(without_last(npy(good, {}))) ==
        "a.npy: it ends at byte 127, within its header.");
  CHECK(npy_refused(npy(good, {1, 2, 3, 4, 5})) ==
        "a.npy: its header promises 2x3 numbers of 1 byte(s), but 5 bytes follow from byte 128 "
        "on.");
  CHECK(npy_refused(npy("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", {})) ==
        "a.npy: numbers of type <c8 cannot be read; save them as float32 or whole numbers.");
  CHECK(npy_refused(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", {})) ==
        "a.npy: its header has no \"'\" where one is due at byte 20.");
  CHECK(npy_refused(npy("{'descr': '|u1', 'shape': (1,)}", {1})) ==
        "a.npy: its header has a header without type, order and shape, once each at byte 41.");
  CHECK(npy_refused(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (0,)}", {})) ==
        "a.npy: its sizes 0 leave no numbers.");
  CHECK(npy_refused(npy("{'descr': '|u1', 'fortran_order': 0, 'shape': (1,)}", {1}))
            .find("neither True nor False") != std::string::npos);
  CHECK(npy_refused(
            npy("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}", {}))
            .find("no size of an axis") != std::string::npos);
}

TEST_CASE("CIFAR-10's records become pictures of three channels", "[files]") {
  Bytes file(2 * 3073, 0);
  file[0] = 9;
  file[1] = 255;            // red of the first pixel
  file[1 + 1024 + 1] = 51;  // green of the second
  file[3073] = 3;
  file.back() = 102;  // blue of the last
  const Dataset set = parse_cifar10(file, "c.bin");
  CHECK(set.x.shape() == Shape{2, 32, 32, 3});
  CHECK(set.y == std::vector<std::int32_t>{9, 3});
  CHECK(set.classes == 10);
  CHECK(set.x[0] == 1);
  CHECK(set.x[4] == real(0.2));
  CHECK(set.x[set.x.size() - 1] == real(0.4));
  file[3073] = 10;
  CHECK(sentence_of([&] { parse_cifar10(file, "c.bin"); }) ==
        "c.bin: byte 3073 should be a label, 0 to 9, not 10.");
  CHECK(sentence_of([&] { parse_cifar10(without_last(file), "c.bin"); }) ==
        "c.bin: not a CIFAR-10 file: its 6145 bytes are not one or more records of 3073.");
  CHECK(sentence_of([&] { parse_cifar10({}, "c.bin"); }).find("its 0 bytes") != std::string::npos);
}

TEST_CASE("CSV columns are numbers or categories, with gaps", "[files]") {
  const Csv csv = parse_csv(
      "\xef\xbb\xbf"
      "age,job,\"the \"\"city\"\"\nof, birth\",y\r\n"
      "31,cook,\"Aix, Nord\",1e2\r\n"
      "NA,?,b,-.5\r\n"
      "\r\n"
      " 7 ,cook,\"line\none\",0\r\n"
      "8,smith,,3",
      "t.csv");
  REQUIRE(csv.columns.size() == 4);
  CHECK(csv.columns[2].name == "the \"city\"\nof, birth");
  CHECK(csv.columns[0].categories.empty());
  CHECK(csv.columns[1].categories == std::vector<std::string>{"cook", "smith"});
  CHECK(csv.columns[2].categories == std::vector<std::string>{"Aix, Nord", "b", "line\none"});
  CHECK(csv.lines == std::vector<std::int64_t>{3, 4, 6, 8});
  CHECK(csv.x.shape() == Shape{4, 4});
  CHECK(csv.x[0] == 31);
  CHECK(std::isnan(csv.x[4]));
  CHECK(std::isnan(csv.x[5]));
  CHECK(csv.x[7] == real(-0.5));
  CHECK(csv.x[8] == 7);
  CHECK(csv.x[10] == 2);
  CHECK(csv.x[13] == 1);
  CHECK(std::isnan(csv.x[14]));
}

TEST_CASE("CSV separators are found, headers may be missing", "[files]") {
  CHECK(parse_csv("a;b;c,d\n1;2;3\n", "t").columns.size() == 3);
  CHECK(parse_csv("\"a,b,c\"\tb\n1\t2\n", "t").columns.size() == 2);
  CHECK(parse_csv("a;b\n1;2\n", "t", {.separator = ','}).columns.size() == 1);
  const Csv plain = parse_csv("1,x\n2,y\n", "t", {.header = false});
  CHECK(plain.rows() == 2);
  CHECK(plain.columns[1].name == "column 2");
  CHECK(parse_csv(",b\n1,2\n", "t").columns[0].name == "column 1");
  CHECK(parse_csv("a\n1\n\n2\n", "t").rows() == 3);  // an empty field is a row of one column
}

TEST_CASE("Damaged CSV files are refused", "[files]") {
  CHECK(csv_refused("") == "t.csv: the file is empty.");
  CHECK(csv_refused("a,b\n") == "t.csv: it has no rows.");
  CHECK(csv_refused("a,b\n1,2\n3\n") == "t.csv:3: 1 field(s) where the first row has 2.");
  CHECK(csv_refused("a,b\n\"1\n1\",2\n3,4,5\n") ==
        "t.csv:4: 3 field(s) where the first row has 2.");
  CHECK(csv_refused("a,b\n1,\"2\n3,4\n") == "t.csv:2: the quote that opens here is never closed.");
  CHECK(csv_refused("a,b\n\"1\"x,2\n") == "t.csv:2: text follows the closing quote of \"1\".");
  CHECK(csv_refused("a,a\n1,2\n") == "t.csv:1: two columns are called \"a\".");
  CHECK(csv_refused("a,b\n1,\nNaN,2\nNA,3\n?,inf\n") ==
        "t.csv:5: an infinite number, or one too large, in column \"b\".");
  CHECK(csv_refused("a,b\n1,1e999\n").find("t.csv:2: an infinite number") == 0);
  CHECK(csv_refused("a,b\n1,\n2,NA\n") == "t.csv: column \"b\" has no values.");
  CHECK(csv_refused(std::string_view("a,b\n\0,1\n", 8)) == "t.csv: not a text: byte 4 is zero.");
  CHECK(csv_refused(std::string(20'000, ',')) == "t.csv:1: more than 10000 fields in a row.");
}

TEST_CASE("A table is made of a CSV file's columns and one to be predicted", "[files]") {
  const Csv csv = parse_csv("id,size,kind,y\nu,1,b,10\nv,2,a,9\nw,,b,10\n", "t.csv");
  const std::vector<std::string_view> without = {"id"};
  const Table classes = table_of(csv, "y", Target::classes, without);
  CHECK(classes.columns.size() == 2);
  CHECK(classes.answers == std::vector<std::string>{"9", "10"});
  CHECK(classes.label == std::vector<std::int32_t>{1, 0, 1});
  CHECK(classes.size() == 3);
  CHECK(std::isnan(classes.target[0]));
  CHECK(encode(classes, classes).shape() == Shape{3, 4});
  const Table kinds = table_of(csv, "kind", Target::classes);
  CHECK(kinds.answers == std::vector<std::string>{"a", "b"});
  CHECK(kinds.label == std::vector<std::int32_t>{1, 0, 1});
  const Table numbers_of = table_of(csv, "y", Target::number, without);
  CHECK(numbers_of.answers.empty());
  CHECK(numbers_of.target == std::vector<real>{10, 9, 10});

  const auto refused = [&](std::string_view target, Target kind) {
    return sentence_of([&] { table_of(csv, target, kind); });
  };
  CHECK(refused("price", Target::number) ==
        "t.csv: there is no column \"price\"; it has id, size, kind, y.");
  CHECK(refused("kind", Target::number) ==
        "t.csv: column \"kind\" is to be predicted as a number, but holds texts (line 2 has "
        "\"b\").");
  CHECK(refused("size", Target::number) ==
        "t.csv:4: \"size\", which is to be predicted, is missing.");
  std::string names = "a,y\n";
  for (int i = 0; i < 1001; ++i)
    names += (i == 500 ? "x" : "") + std::to_string(i) + "," + std::to_string(i) + "\n";
  const Csv many = parse_csv(names, "n.csv");
  CHECK(sentence_of([&] { table_of(many, "y", Target::number); }) ==
        "n.csv: column \"a\" has 1001 different texts (line 502 has \"x500\"), too many for "
        "categories: leave the column out or mend its numbers.");
  CHECK(sentence_of([&] { table_of(many, "y", Target::classes); }) ==
        "n.csv: column \"y\" has 1001 different values, too many to be classes.");
  CHECK(sentence_of([] { table_of(parse_csv("y\n1\n", "o.csv"), "y", Target::number); }) ==
        "o.csv: no column is left beside \"y\".");
}

TEST_CASE("gzip is unpacked, member after member, within a limit", "[files]") {
  const Bytes packed = gzipped(kPictures);
  CHECK(is_gzip(packed));
  CHECK(gunzip(packed, "a.gz") == kPictures);
  Bytes twice = packed, expected = kPictures;
  twice.insert(twice.end(), packed.begin(), packed.end());
  expected.insert(expected.end(), kPictures.begin(), kPictures.end());
  CHECK(gunzip(twice, "a.gz") == expected);
  const Bytes large(1'000'000, 7);
  CHECK(gunzip(gzipped(large), "a.gz") == large);

  const auto refused = [](const Bytes& file, std::size_t most) {
    return sentence_of([&] { gunzip(file, "a.gz", most); });
  };
  CHECK(refused(gzipped(large), 999'999) == "a.gz: unpacked it is larger than 999999 bytes.");
  CHECK(refused(without_last(packed, 9), 1000) ==
        "a.gz: it is cut off at byte " + std::to_string(packed.size() - 9) + " of the gzip file.");
  CHECK(refused(without_last(packed), 1000).find("it is cut off at byte") != std::string::npos);
  CHECK(refused({0x1f, 0x8b}, 1000) == "a.gz: it is cut off at byte 2 of the gzip file.");
  Bytes wrong_sum = packed;
  wrong_sum[packed.size() - 8] ^= 1;
  CHECK(refused(wrong_sum, 1000).find("damaged data at byte") != std::string::npos);
  Bytes followed = packed;
  followed.push_back('x');
  followed.push_back('y');
  CHECK(refused(followed, 1000).find("damaged data at byte") != std::string::npos);
}

TEST_CASE("PNG pictures survive being written and read", "[files]") {
  for (const std::int64_t channels : {1, 3}) {
    Array picture({3, 5, channels});
    for (std::int64_t i = 0; i < picture.size(); ++i)
      picture.data()[i] = static_cast<real>(i * 5) / 255;
    const Array again = parse_png(png_of(picture), "a.png");
    CHECK(again.shape() == picture.shape());
    CHECK(numbers(again) == numbers(picture));
  }
  const Bytes file = png_of(Array::full({2, 2, 1}, 7));
  CHECK(parse_png(file, "a.png")[3] == 1);
  CHECK(sentence_of([&] {
          parse_png(without_last(file, 30), "a.png");
        }).starts_with("a.png: it cannot be read as a PNG picture ("));
  CHECK(sentence_of([&] {
          parse_png(bytes_of("GIF89a"), "a.png");
        }).starts_with("a.png: it cannot be read as a PNG picture ("));
  CHECK(sentence_of([] {
          png_of(Array({2, 2, 4}));
        }) == "[png_of] a picture is (height, width, 1 or 3), not (2,2,4)");
}

TEST_CASE("A contact sheet puts pictures side by side", "[files]") {
  const Array sheet = contact_sheet(Array::from({-1, 0, 1}, {3, 1, 1, 1}), 2, 1, -1, 1);
  CHECK(sheet.shape() == Shape{5, 5, 1});
  CHECK(sheet[6] == 0);
  CHECK(sheet[8] == real(0.5));
  CHECK(sheet[16] == 1);
  CHECK(contact_sheet(Array::zeros({3, 2, 2, 3}), 3, 4).shape() == Shape{10, 28, 3});
  CHECK(sentence_of([] {
          contact_sheet(Array::zeros({3, 2, 2}), 3);
        }).find("(3,2,2)") != std::string::npos);
}

TEST_CASE("A data set is read from a file of examples and one of labels", "[files]") {
  const TemporaryFile pictures("pictures.gz", gzipped(kPictures)), labels("labels", kLabels);
  const Dataset set = load_dataset(pictures.path(), labels.path());
  CHECK(set.x.shape() == Shape{2, 2, 3, 1});
  CHECK(set.y == std::vector<std::int32_t>{7, 3});
  CHECK(set.classes == 8);
  CHECK(set.x[11] == 1);

  CHECK(sentence_of([&] { load_dataset(labels.path(), labels.path()); }) ==
        labels.path() + ": examples need at least two axes, not (2); are these the labels?");
  CHECK(sentence_of([&] { load_dataset(pictures.path(), pictures.path()); }) ==
        pictures.path() + ": labels are one number for each example, not (2,2,3).");
  const TemporaryFile three("three", {0, 0, 8, 1, 0, 0, 0, 3, 7, 3, 1});
  CHECK(sentence_of([&] { load_dataset(pictures.path(), three.path()); }) ==
        three.path() + ": it has 3 labels for the 2 examples of " + pictures.path() + ".");
  const TemporaryFile halves("halves", {0, 0, 0x0d, 1, 0, 0, 0, 2, 0x3f, 0xc0, 0, 0, 0, 0, 0, 0});
  CHECK(sentence_of([&] {
          load_dataset(pictures.path(), halves.path());
        }).starts_with(halves.path() + ": label 0 is 1.5"));
  const TemporaryFile nan("nan",
                          {0, 0, 0x0d, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0x7f, 0xc0, 0, 0});
  CHECK(sentence_of([&] { load_dataset(nan.path(), labels.path()); }) ==
        nan.path() + ": example 1 holds a number that is not finite.");
  const TemporaryFile text("text", bytes_of("a,b\n1,2\n"));
  CHECK(sentence_of([&] { load_array(text.path()); }) ==
        text.path() + ": neither an IDX nor an .npy file: it begins with 61 2c 62 0a.");
  CHECK(load_csv(text.path()).columns.size() == 2);
  const std::string nowhere = text.path() + "-not-there";
  CHECK(sentence_of([&] { read_file(nowhere); }) ==
        nowhere + ": it cannot be opened (No such file or directory).");
}

TEST_CASE("hostile files found by fuzzing do no harm", "[files]") {
  int files = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(GRAD_SOURCE_DIR "/tests/corpus/files")) {
    INFO(file.path().filename());
    const std::string path = file.path().string();
    std::FILE* in = std::fopen(path.c_str(), "rb");
    REQUIRE(in != nullptr);
    Bytes bytes(std::filesystem::file_size(file.path()));
    CHECK(std::fread(bytes.data(), 1, bytes.size(), in) == bytes.size());
    std::fclose(in);
    tests::read_hostile(bytes);
    files++;
  }
  CHECK(files >= 20);
}
