#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "error.h"
#include "link.h"

namespace ovskit {

struct TapOptions {
  std::optional<uid_t> owner;
  std::optional<gid_t> group;
  bool multi_queue = false;
  /** Frames begin with a virtio_net_hdr. Whoever opens the tap next may choose again. */
  bool vnet_header = false;
  std::optional<Mac> mac;
  std::optional<int> mtu;
  bool up = false;
  /** Changes that rtnetlink is to make of it, ready-made (rtnetlink.h). */
  std::vector<uint8_t> changes;
  /** Take a tap that is there already, if it is as asked for. */
  bool may_exist = false;
};

/** Whether there is a tap of this name. */
Failure IsTap(int socket, const std::string& device, bool& is_tap);

/**
 * Makes a persistent tap, whole or not at all. `created` is false when it was there. Fails with EEXIST when there is a tap
 * and it may not exist; with EEXIST and `kind` when there is something else of that name.
 */
Failure CreateTap(int socket, const std::string& device, const TapOptions& options, bool& created);

/**
 * Deletes a persistent tap. Fails with ENODEV when there is none, with EBUSY while a process has it open, and with EINVAL
 * and `kind` when the device is no tap.
 */
Failure DeleteTap(int socket, const std::string& device);

}  // namespace ovskit
