#include "ethtool.h"

#include <linux/sockios.h>

#include <cstring>

#include "device.h"

namespace ovskit {
namespace {

/** One command of linux/ethtool.h; its struct begins with the command's number. */
Failure Ethtool(int socket, const char* call, const std::string& device, void* command) {
  ifreq request{};
  request.ifr_data = static_cast<char*>(command);
  return DeviceIoctl(socket, SIOCETHTOOL, call, device, request);
}

/** A fixed field, of which the kernel doesn't promise that it ends in a zero. */
std::string TextOf(const char* field, size_t size) { return std::string(field, strnlen(field, size)); }

/** Room for one of ethtool's structs that ends in an array, aligned as an allocation is. */
std::vector<char> Room(size_t header, size_t count, size_t size) { return std::vector<char>(header + count * size); }

}  // namespace

Failure ReadDriverInfo(int socket, const std::string& device, std::optional<DriverInfo>& info) {
  ethtool_drvinfo command{};
  command.cmd = ETHTOOL_GDRVINFO;
  Failure failure = Ethtool(socket, "ioctl(ETHTOOL_GDRVINFO)", device, &command);
  if (failure) return failure.number == EOPNOTSUPP ? Failure{} : failure;
  info = {TextOf(command.driver, sizeof(command.driver)), TextOf(command.bus_info, sizeof(command.bus_info))};
  return {};
}

Failure ReadLinkDetected(int socket, const std::string& device, std::optional<bool>& detected) {
  ethtool_value command{};
  command.cmd = ETHTOOL_GLINK;
  Failure failure = Ethtool(socket, "ioctl(ETHTOOL_GLINK)", device, &command);
  if (failure) return failure.number == EOPNOTSUPP ? Failure{} : failure;
  detected = command.data != 0;
  return {};
}

Failure ReadFeatureNames(int socket, const std::string& device, std::vector<std::string>& names) {
  std::vector<char> info_room = Room(sizeof(ethtool_sset_info), 1, sizeof(__u32));
  auto* info = reinterpret_cast<ethtool_sset_info*>(info_room.data());
  info->cmd = ETHTOOL_GSSET_INFO;
  info->sset_mask = 1ULL << ETH_SS_FEATURES;
  if (Failure failure = Ethtool(socket, "ioctl(ETHTOOL_GSSET_INFO)", device, info)) return failure;
  const __u32 count = info->sset_mask == 0 ? 0 : info->data[0];

  std::vector<char> strings_room = Room(sizeof(ethtool_gstrings), count, ETH_GSTRING_LEN);
  auto* strings = reinterpret_cast<ethtool_gstrings*>(strings_room.data());
  strings->cmd = ETHTOOL_GSTRINGS;
  strings->string_set = ETH_SS_FEATURES;
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

}  // namespace ovskit
