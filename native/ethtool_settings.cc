#include "ethtool_settings.h"

#include <algorithm>

#include "ethtool.h"

namespace ovskit {

bool LinkSettings::Advertise(const std::vector<__u32>& modes) {
  if (modes.size() != words_) return false;
  std::copy(modes.begin(), modes.end(), room_.begin() + kHeader + words_);
  return true;
}

Failure ReadLinkSettings(int socket, const std::string& device, std::optional<LinkSettings>& settings) {
  const char* call = "ioctl(ETHTOOL_GLINKSETTINGS)";
  // A size of 0 asks for the kernel's own, which it tells as a negative number.
  LinkSettings question;
  question.header()->cmd = ETHTOOL_GLINKSETTINGS;
  Failure failure = Ethtool(socket, call, device, question.header());
  if (failure) return failure.number == EOPNOTSUPP ? Failure{} : failure;
  const int words = -question.header()->link_mode_masks_nwords;
  if (words <= 0) return {EPROTO, call, device, {}};
  LinkSettings answer(words);
  answer.header()->cmd = ETHTOOL_GLINKSETTINGS;
  answer.header()->link_mode_masks_nwords = static_cast<__s8>(words);
  failure = Ethtool(socket, call, device, answer.header());
  if (!failure) settings = std::move(answer);
  return failure;
}

Failure ChangeLinkSettings(int socket, const std::string& device, const LinkSettingsChange& change) {
  const char* call = "ioctl(ETHTOOL_SLINKSETTINGS)";
  std::optional<LinkSettings> settings;
  if (Failure failure = ReadLinkSettings(socket, device, settings)) return failure;
  if (!settings) return {EOPNOTSUPP, call, device, {}};
  if (!change.advertising.empty() && !settings->Advertise(change.advertising)) return {EINVAL, call, device, {}};
  ethtool_link_settings* header = settings->header();
  header->cmd = ETHTOOL_SLINKSETTINGS;
  header->speed = change.speed.value_or(header->speed);
  header->duplex = change.duplex.value_or(header->duplex);
  header->autoneg = change.autoneg.value_or(header->autoneg);
  return Ethtool(socket, call, device, header);
}

}  // namespace ovskit
