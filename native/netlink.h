#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ovskit {

/** What a NETLINK_ROUTE message says of a link (struct ifinfomsg and IFLA_* of linux/if_link.h). */
struct LinkMessage {
  int32_t index = 0;
  /** All 32 bits of IFF_*. */
  uint32_t flags = 0;
  std::string name;
  uint32_t mtu = 0;
  std::vector<uint8_t> mac;
  uint8_t operational_state = 0;
  std::string kind;
  uint32_t master = 0;
  /** IFLA_LINK: what the device sits on, or its peer. */
  uint32_t parent = 0;
  uint32_t group = 0;
  uint32_t tx_queue_length = 0;
};

/** What it says of an address (struct ifaddrmsg and IFA_* of linux/if_addr.h). */
struct AddressMessage {
  int32_t index = 0;
  uint8_t family = 0;
  uint8_t prefix_length = 0;
  uint8_t scope = 0;
  uint32_t flags = 0;
  std::vector<uint8_t> address;
  std::string label;
};

struct NetlinkMessage {
  enum class Kind { kLink, kAddress, kDone, kError, kLost };
  Kind kind = Kind::kDone;
  /** The link or the address is gone. */
  bool removed = false;
  /** The dump that it belongs to; 0 for an event. */
  uint32_t sequence = 0;
  /** What is dumped changed meanwhile: some of it may be missing (NLM_F_DUMP_INTR). */
  bool interrupted = false;
  /** errno of an error, or of a dump that ended early. */
  int error = 0;
  LinkMessage link;
  AddressMessage address;
};

/**
 * Appends what the messages in a datagram say; skips those that tell of nothing here. False when a length in them can't be
 * right: what comes before it was appended.
 */
bool ParseNetlink(const uint8_t* data, size_t size, std::vector<NetlinkMessage>& messages);

}  // namespace ovskit
