#pragma once

#include <linux/ethtool.h>

#include <optional>
#include <string>
#include <vector>

#include "error.h"

namespace ovskit {

/** ETHTOOL_GLINKSETTINGS: a struct, and behind it three masks of link modes, each with a bit for a mode. */
class LinkSettings {
 public:
  /** Room for masks of that many words. */
  explicit LinkSettings(size_t words = 0) : words_(words), room_(kHeader + 3 * words) {}

  ethtool_link_settings* header() { return reinterpret_cast<ethtool_link_settings*>(room_.data()); }
  const ethtool_link_settings* header() const {
    return reinterpret_cast<const ethtool_link_settings*>(room_.data());
  }

  std::vector<__u32> supported() const { return Mask(0); }
  std::vector<__u32> advertising() const { return Mask(1); }
  std::vector<__u32> partner() const { return Mask(2); }

  /** False for a mask of another size than the kernel's. */
  bool Advertise(const std::vector<__u32>& modes);

 private:
  static constexpr size_t kHeader = sizeof(ethtool_link_settings) / sizeof(__u32);

  std::vector<__u32> Mask(size_t which) const {
    const __u32* begin = room_.data() + kHeader + which * words_;
    return {begin, begin + words_};
  }

  size_t words_;
  std::vector<__u32> room_;
};

/** What to change; the rest stays. */
struct LinkSettingsChange {
  std::optional<__u32> speed;
  std::optional<__u8> duplex;
  std::optional<__u8> autoneg;
  /** Empty leaves it. */
  std::vector<__u32> advertising;
};

/** Nothing when the device has none. */
Failure ReadLinkSettings(int socket, const std::string& device, std::optional<LinkSettings>& settings);

/** ETHTOOL_SLINKSETTINGS on what is read first. */
Failure ChangeLinkSettings(int socket, const std::string& device, const LinkSettingsChange& change);

}  // namespace ovskit
