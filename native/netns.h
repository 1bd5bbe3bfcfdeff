#pragma once

#include "error.h"

namespace ovskit {

/** Moves the calling thread, and the threads that it starts from now on, into an empty network namespace. */
Failure EnterPrivateNetwork();

}  // namespace ovskit
