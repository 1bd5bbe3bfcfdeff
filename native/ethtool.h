#pragma once

#include <linux/ethtool.h>

#include <optional>
#include <string>
#include <vector>

#include "error.h"

namespace ovskit {

/**
 * One command of linux/ethtool.h; its struct begins with the command's number. ETHTOOL_SFEATURES answers with more than 0
 * where it did only a part: that is no failure.
 */
Failure Ethtool(int socket, const char* call, const std::string& device, void* command);

/** What `ethtool -i` prints. */
struct DriverInfo {
  std::string driver;
  std::string version;
  std::string firmware;
  std::string bus;
};

/** ETHTOOL_GDRVINFO; nothing when the device has none. */
Failure ReadDriverInfo(int socket, const std::string& device, std::optional<DriverInfo>& info);

/** ETHTOOL_GLINK, whether the device sees a link; nothing when it can't tell. */
Failure ReadLinkDetected(int socket, const std::string& device, std::optional<bool>& detected);

/**
 * ETHTOOL_GSTRINGS: the names of a set (ETH_SS_FEATURES, ETH_SS_LINK_MODES) in the order of their bits. All devices have the
 * same of these two. Empty for a set that the kernel doesn't have.
 */
Failure ReadStringSet(int socket, const std::string& device, ethtool_stringset set, std::vector<std::string>& names);

/** ETHTOOL_GFEATURES for that many features, 32 to a block. */
Failure ReadFeatures(int socket, const std::string& device, size_t count,
                     std::vector<ethtool_get_features_block>& blocks);

/** ETHTOOL_SFEATURES. What the device can't change stays as it is, and is no failure. */
Failure SetFeatures(int socket, const std::string& device, const std::vector<ethtool_set_features_block>& blocks);

/** ETHTOOL_GRINGPARAM: sizes of rings; nothing when the device has none. */
Failure ReadRings(int socket, const std::string& device, std::optional<ethtool_ringparam>& rings);

/** ETHTOOL_GCHANNELS: numbers of queues; nothing when the device doesn't tell. */
Failure ReadChannels(int socket, const std::string& device, std::optional<ethtool_channels>& channels);

}  // namespace ovskit
