#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "error.h"

namespace ovskit {

using Mac = std::array<uint8_t, 6>;

struct Link {
  int index = 0;
  /** The low 16 bits of IFF_*: all that SIOCGIFFLAGS gives. */
  uint16_t flags = 0;
  int mtu = 0;
  /** Nothing when the device has no address of 6 bytes, such as a tun. */
  std::optional<Mac> mac;
  /** The kernel's IFF_LOWER_UP: false too while the device is down. */
  bool carrier = false;
  /** ETHTOOL_GLINK. */
  std::optional<bool> detected;
};

Failure ReadLink(int socket, const std::string& device, Link& link);
Failure SetUp(int socket, const std::string& device, bool up);
Failure SetMtu(int socket, const std::string& device, int mtu);
Failure SetMac(int socket, const std::string& device, const Mac& mac);

}  // namespace ovskit
