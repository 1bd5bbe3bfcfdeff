#pragma once

#include <linux/ethtool.h>

#include <optional>
#include <string>
#include <vector>

#include "error.h"

namespace ovskit {

/** What `ethtool -i` prints first and last. */
struct DriverInfo {
  std::string driver;
  std::string bus;
};

/** ETHTOOL_GDRVINFO; nothing when the device has none. */
Failure ReadDriverInfo(int socket, const std::string& device, std::optional<DriverInfo>& info);

/** ETHTOOL_GLINK, whether the device sees a link; nothing when it can't tell. */
Failure ReadLinkDetected(int socket, const std::string& device, std::optional<bool>& detected);

/** ETHTOOL_GSTRINGS: the kernel's features in the order of their bits; all devices have the same. */
Failure ReadFeatureNames(int socket, const std::string& device, std::vector<std::string>& names);

/** ETHTOOL_GFEATURES for that many features, 32 to a block. */
Failure ReadFeatures(int socket, const std::string& device, size_t count,
                     std::vector<ethtool_get_features_block>& blocks);

}  // namespace ovskit
