#pragma once

#include <string>

#include "tensor/check.h"

namespace grad::tests {

/// The sentence of the Error that `action` throws, or "no error".
template <class Action>
std::string sentence_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace grad::tests
