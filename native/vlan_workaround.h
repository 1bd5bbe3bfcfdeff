#pragma once

#include <string>

#include "error.h"

namespace ovskit {

/**
 * The XenServer kernel's workaround for cards that lose VLAN tags: SIOCSIFVLAN with a command of its own, 10 for on and 11 for
 * off. `done` is false when the kernel doesn't have it, as every other one.
 */
Failure SetVlanWorkaround(int socket, const std::string& device, bool on, bool& done);

}  // namespace ovskit
