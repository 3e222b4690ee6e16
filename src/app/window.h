#pragma once

#include <string>

namespace grad::app {

struct WindowOptions {
  std::string bank_path;   ///< a quiz bank to offer beside the demos, or ""
  std::string open;        ///< name of the demo to begin with, "" the first
  std::string state;       ///< what it begins with, as in addresses: "n:500,seed:3,step:40"
  std::string screenshot;  ///< where to write the last frame as a PPM picture, or ""
  int frames = 0;          ///< close after so many; 0: when the user closes the window
  int width = 1280, height = 800;
  bool dark = false;
};

/// Shows all demos, and the bank's quick check, in a native window until it is closed. Throws Error
/// with one sentence: an unknown demo, a bank that cannot be read, no display, a picture that
/// cannot be written.
void run_window(const WindowOptions& options);

}  // namespace grad::app
