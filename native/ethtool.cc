#include "ethtool.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cstring>

#include "device.h"

namespace ovskit {
namespace {

/** A fixed field, of which the kernel doesn't promise that it ends in a zero. */
std::string TextOf(const char* field, size_t size) { return std::string(field, strnlen(field, size)); }

/** Room for one of ethtool's structs that ends in an array, aligned as an allocation is. */
std::vector<char> Room(size_t header, size_t count, size_t size) { return std::vector<char>(header + count * size); }

/** A command that not every device answers. */
template <typename Command>
Failure ReadOptional(int socket, const char* call, const std::string& device, __u32 number,
                     std::optional<Command>& answer) {
  Command command{};
  command.cmd = number;
  Failure failure = Ethtool(socket, call, device, &command);
  if (failure) return failure.number == EOPNOTSUPP ? Failure{} : failure;
  answer = command;
  return {};
}

}  // namespace

Failure Ethtool(int socket, const char* call, const std::string& device, void* command) {
  ifreq request{};
  memcpy(request.ifr_name, device.data(), std::min<size_t>(device.size(), IFNAMSIZ - 1));
  request.ifr_data = static_cast<char*>(command);
  return ioctl(socket, SIOCETHTOOL, &request) >= 0 ? Failure{} : Failed(call, device);
}

Failure ReadDriverInfo(int socket, const std::string& device, std::optional<DriverInfo>& info) {
  std::optional<ethtool_drvinfo> answer;
  if (Failure failure = ReadOptional(socket, "ioctl(ETHTOOL_GDRVINFO)", device, ETHTOOL_GDRVINFO, answer)) return failure;
  if (!answer) return {};
  info = {TextOf(answer->driver, sizeof(answer->driver)), TextOf(answer->version, sizeof(answer->version)),
          TextOf(answer->fw_version, sizeof(answer->fw_version)), TextOf(answer->bus_info, sizeof(answer->bus_info))};
  return {};
}

Failure ReadLinkDetected(int socket, const std::string& device, std::optional<bool>& detected) {
  std::optional<ethtool_value> answer;
  if (Failure failure = ReadOptional(socket, "ioctl(ETHTOOL_GLINK)", device, ETHTOOL_GLINK, answer)) return failure;
  if (answer) detected = answer->data != 0;
  return {};
}

Failure ReadStringSet(int socket, const std::string& device, ethtool_stringset set, std::vector<std::string>& names) {
  std::vector<char> info_room = Room(sizeof(ethtool_sset_info), 1, sizeof(__u32));
  auto* info = reinterpret_cast<ethtool_sset_info*>(info_room.data());
  info->cmd = ETHTOOL_GSSET_INFO;
  info->sset_mask = 1ULL << set;
  if (Failure failure = Ethtool(socket, "ioctl(ETHTOOL_GSSET_INFO)", device, info)) return failure;
  const __u32 count = info->sset_mask == 0 ? 0 : info->data[0];
  if (count == 0) return {};

  std::vector<char> strings_room = Room(sizeof(ethtool_gstrings), count, ETH_GSTRING_LEN);
  auto* strings = reinterpret_cast<ethtool_gstrings*>(strings_room.data());
  strings->cmd = ETHTOOL_GSTRINGS;
  strings->string_set = set;
  strings->len = count;
  if (Failure failure = Ethtool(socket, "ioctl(ETHTOOL_GSTRINGS)", device, strings)) return failure;
  const char* text = reinterpret_cast<const char*>(strings->data);
  for (__u32 i = 0; i < count; ++i) names.push_back(TextOf(text + i * ETH_GSTRING_LEN, ETH_GSTRING_LEN));
  return {};
}

Failure ReadFeatures(int socket, const std::string& device, size_t count,
                     std::vector<ethtool_get_features_block>& blocks) {
  const size_t size = (count + 31) / 32;
  std::vector<char> room = Room(sizeof(ethtool_gfeatures), size, sizeof(ethtool_get_features_block));
  auto* features = reinterpret_cast<ethtool_gfeatures*>(room.data());
  features->cmd = ETHTOOL_GFEATURES;
  features->size = static_cast<__u32>(size);
  if (Failure failure = Ethtool(socket, "ioctl(ETHTOOL_GFEATURES)", device, features)) return failure;
  blocks.assign(features->features, features->features + size);
  return {};
}

Failure SetFeatures(int socket, const std::string& device, const std::vector<ethtool_set_features_block>& blocks) {
  std::vector<char> room = Room(sizeof(ethtool_sfeatures), blocks.size(), sizeof(ethtool_set_features_block));
  auto* features = reinterpret_cast<ethtool_sfeatures*>(room.data());
  features->cmd = ETHTOOL_SFEATURES;
  features->size = static_cast<__u32>(blocks.size());
  std::copy(blocks.begin(), blocks.end(), features->features);
  return Ethtool(socket, "ioctl(ETHTOOL_SFEATURES)", device, features);
}

Failure ReadRings(int socket, const std::string& device, std::optional<ethtool_ringparam>& rings) {
  return ReadOptional(socket, "ioctl(ETHTOOL_GRINGPARAM)", device, ETHTOOL_GRINGPARAM, rings);
}

Failure ReadChannels(int socket, const std::string& device, std::optional<ethtool_channels>& channels) {
  return ReadOptional(socket, "ioctl(ETHTOOL_GCHANNELS)", device, ETHTOOL_GCHANNELS, channels);
}

}  // namespace ovskit
