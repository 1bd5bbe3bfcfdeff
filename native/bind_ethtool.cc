// Settings that ethtool(8) shows and sets, as JavaScript sees them.
#include <algorithm>
#include <cstring>

#include "ethtool.h"
#include "ethtool_settings.h"
#include "state.h"
#include "vlan_workaround.h"

namespace ovskit {
namespace {

/** A Uint32Array's bytes. */
std::vector<__u32> WordsOf(const std::vector<uint8_t>& bytes) {
  std::vector<__u32> words(bytes.size() / sizeof(__u32));
  if (!words.empty()) memcpy(words.data(), bytes.data(), words.size() * sizeof(__u32));
  return words;
}

// readStrings(device: string, set: number): string[]; of the two sets whose size never changes, as the kernel writes as
// many strings as there then are, not as many as there is room for
Napi::Value ReadStringsJs(Info info) {
  State& state = StateOf(info);
  Arguments arguments(info);
  std::string device = arguments.Device();
  const int set = arguments.Int();
  if (!arguments.ok()) return Napi::Value();
  if (set != ETH_SS_FEATURES && set != ETH_SS_LINK_MODES) {
    return Throw(info.Env(), {EINVAL, "ioctl(ETHTOOL_GSTRINGS)", device, {}});
  }
  std::vector<std::string> names;
  Failure failure = state.socket.Open();
  if (!failure) failure = ReadStringSet(state.socket.get(), device, static_cast<ethtool_stringset>(set), names);
  if (failure) return Throw(info.Env(), failure);
  return Texts(info.Env(), names);
}

// setFeatures(device: string, words: Uint8Array, callback): void; by 2 words: valid, requested
Napi::Value SetFeaturesJs(Info info) {
  Arguments arguments(info);
  std::string device = arguments.Device();
  const std::vector<__u32> words = WordsOf(arguments.Bytes());
  std::vector<ethtool_set_features_block> blocks(std::min<size_t>(words.size() / 2, 128));
  for (size_t i = 0; i < blocks.size(); ++i) blocks[i] = {words[2 * i], words[2 * i + 1]};
  return Submit(info, arguments, [=](int socket, bool&) { return SetFeatures(socket, device, blocks); });
}

// readLinkSettings(device: string): NativeLinkSettings | null
Napi::Value ReadLinkSettingsJs(Info info) {
  Napi::Env env = info.Env();
  State& state = StateOf(info);
  Arguments arguments(info);
  std::string device = arguments.Device();
  if (!arguments.ok()) return Napi::Value();
  std::optional<LinkSettings> settings;
  Failure failure = state.socket.Open();
  if (!failure) failure = ReadLinkSettings(state.socket.get(), device, settings);
  if (failure) return Throw(env, failure);
  if (!settings) return env.Null();
  Napi::Object object = Napi::Object::New(env);
  object.Set("speed", settings->header()->speed);
  object.Set("duplex", settings->header()->duplex);
  object.Set("autoneg", settings->header()->autoneg);
  object.Set("port", settings->header()->port);
  object.Set("supported", ToWords(env, settings->supported()));
  object.Set("advertising", ToWords(env, settings->advertising()));
  object.Set("partner", ToWords(env, settings->partner()));
  return object;
}

// setLinkSettings(device: string, options: { speed?, duplex?, autoneg? }, advertising: Uint8Array, callback): void
Napi::Value SetLinkSettingsJs(Info info) {
  Arguments arguments(info);
  std::string device = arguments.Device();
  Napi::Object object = arguments.Object();
  LinkSettingsChange change;
  change.speed = arguments.Number(object, "speed");
  change.duplex = arguments.Number(object, "duplex");
  change.autoneg = arguments.Number(object, "autoneg");
  change.advertising = WordsOf(arguments.Bytes());
  return Submit(info, arguments, [=](int socket, bool&) { return ChangeLinkSettings(socket, device, change); });
}

// readRings(device: string): number[] | null; the largest, then the present: rx, rx mini, rx jumbo, tx
Napi::Value ReadRingsJs(Info info) {
  State& state = StateOf(info);
  Arguments arguments(info);
  std::string device = arguments.Device();
  if (!arguments.ok()) return Napi::Value();
  std::optional<ethtool_ringparam> rings;
  Failure failure = state.socket.Open();
  if (!failure) failure = ReadRings(state.socket.get(), device, rings);
  if (failure) return Throw(info.Env(), failure);
  if (!rings) return info.Env().Null();
  return ToWords(info.Env(), {rings->rx_max_pending, rings->rx_mini_max_pending, rings->rx_jumbo_max_pending,
                              rings->tx_max_pending, rings->rx_pending, rings->rx_mini_pending, rings->rx_jumbo_pending,
                              rings->tx_pending});
}

// readChannels(device: string): number[] | null; the largest, then the present: rx, tx, other, combined
Napi::Value ReadChannelsJs(Info info) {
  State& state = StateOf(info);
  Arguments arguments(info);
  std::string device = arguments.Device();
  if (!arguments.ok()) return Napi::Value();
  std::optional<ethtool_channels> channels;
  Failure failure = state.socket.Open();
  if (!failure) failure = ReadChannels(state.socket.get(), device, channels);
  if (failure) return Throw(info.Env(), failure);
  if (!channels) return info.Env().Null();
  return ToWords(info.Env(), {channels->max_rx, channels->max_tx, channels->max_other, channels->max_combined,
                              channels->rx_count, channels->tx_count, channels->other_count, channels->combined_count});
}

// setVlanWorkaround(device: string, on: boolean, callback): void; the answer is whether the kernel has it
Napi::Value SetVlanWorkaroundJs(Info info) {
  Arguments arguments(info);
  std::string device = arguments.Device();
  const bool on = arguments.Bool();
  return Submit(info, arguments, [=](int socket, bool& done) { return SetVlanWorkaround(socket, device, on, done); });
}

}  // namespace

void BindEthtool(Napi::Env env, Napi::Object exports) {
  Bind(env, exports, "readStrings", ReadStringsJs);
  Bind(env, exports, "setFeatures", SetFeaturesJs);
  Bind(env, exports, "readLinkSettings", ReadLinkSettingsJs);
  Bind(env, exports, "setLinkSettings", SetLinkSettingsJs);
  Bind(env, exports, "readRings", ReadRingsJs);
  Bind(env, exports, "readChannels", ReadChannelsJs);
  Bind(env, exports, "setVlanWorkaround", SetVlanWorkaroundJs);
}

}  // namespace ovskit
