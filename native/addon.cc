// What JavaScript sees; src/netdev/native.ts has its types. Reads answer at once, on the calling thread; changes, and
// all that goes over netlink, take a callback last.
#include <napi.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "arguments.h"
#include "device.h"
#include "ethtool.h"
#include "link.h"
#include "netns.h"
#include "state.h"
#include "sysfs.h"
#include "tap.h"
#include "writer.h"

namespace ovskit {

Napi::Value Submit(Info info, Arguments& arguments, Writer::Change change) {
  Napi::Function callback = arguments.Function();
  if (!arguments.ok()) return Napi::Value();
  if (Failure failure = StateOf(info).writer.Submit(info.Env(), callback, std::move(change))) {
    return Throw(info.Env(), failure);
  }
  return info.Env().Undefined();
}

namespace {

// enterPrivateNetwork(): void
Napi::Value EnterPrivateNetworkJs(Info info) {
  State& state = StateOf(info);
  // Both belong to the namespace that is left.
  state.writer.Stop(true);
  state.socket.Close();
  if (Failure failure = EnterPrivateNetwork()) return Throw(info.Env(), failure);
  return info.Env().Undefined();
}

// listDevices(): string[]
Napi::Value ListDevicesJs(Info info) {
  std::vector<std::string> names;
  if (Failure failure = ListDevices(names)) return Throw(info.Env(), failure);
  return Texts(info.Env(), names);
}

// deviceExists(device: string): boolean
Napi::Value DeviceExistsJs(Info info) {
  Arguments arguments(info);
  std::string device = arguments.Device();
  if (!arguments.ok()) return Napi::Value();
  int index = 0;
  Failure failure = IndexOf(device, index);
  if (failure && failure.number != ENODEV) return Throw(info.Env(), failure);
  return Napi::Boolean::New(info.Env(), !failure);
}

// readLink(device: string): NativeLink
Napi::Value ReadLinkJs(Info info) {
  Napi::Env env = info.Env();
  State& state = StateOf(info);
  Arguments arguments(info);
  std::string device = arguments.Device();
  if (!arguments.ok()) return Napi::Value();
  Link link;
  Failure failure = state.socket.Open();
  if (!failure) failure = ReadLink(state.socket.get(), device, link);
  if (failure) return Throw(env, failure);
  Napi::Object object = Napi::Object::New(env);
  object.Set("index", link.index);
  object.Set("flags", link.flags);
  object.Set("mtu", link.mtu);
  object.Set("carrier", Napi::Boolean::New(env, link.carrier));
  object.Set("detected", BooleanOrNull(env, link.detected));
  object.Set("mac", link.mac ? Napi::Value(Napi::Buffer<uint8_t>::Copy(env, link.mac->data(), link.mac->size()))
                             : env.Null());
  return object;
}

// readDriver(device: string): NativeDriver
Napi::Value ReadDriverJs(Info info) {
  Napi::Env env = info.Env();
  State& state = StateOf(info);
  Arguments arguments(info);
  std::string device = arguments.Device();
  if (!arguments.ok()) return Napi::Value();
  int index = 0;
  if (Failure failure = state.socket.Open()) return Throw(env, failure);
  if (Failure failure = IndexOfPresent(state.socket.get(), device, index)) return Throw(env, failure);
  std::optional<std::string> driver;
  SysfsDevice sysfs;
  if (sysfs.OpenReal(device, index)) {
    if (Failure failure = sysfs.ReadDriver(driver)) return Throw(env, failure);
  }
  std::optional<DriverInfo> driver_info;
  if (Failure failure = ReadDriverInfo(state.socket.get(), device, driver_info)) return Throw(env, failure);
  Napi::Object object = Napi::Object::New(env);
  object.Set("driver", TextOrNull(env, driver));
  object.Set("ethtoolDriver", driver_info ? TextOrNull(env, driver_info->driver) : env.Null());
  object.Set("version", driver_info ? TextOrNull(env, driver_info->version) : env.Null());
  object.Set("firmware", driver_info ? TextOrNull(env, driver_info->firmware) : env.Null());
  object.Set("bus", driver_info ? TextOrNull(env, driver_info->bus) : env.Null());
  return object;
}

// readSysfs(root: string, device: string): { driver: string | null, features: string | null }
Napi::Value ReadSysfsJs(Info info) {
  Napi::Env env = info.Env();
  Arguments arguments(info);
  std::string root = arguments.Path();
  std::string device = arguments.Device();
  if (!arguments.ok()) return Napi::Value();
  SysfsDevice sysfs;
  if (Failure failure = sysfs.Open(root, device)) return Throw(env, failure);
  std::optional<std::string> driver;
  if (Failure failure = sysfs.ReadDriver(driver)) return Throw(env, failure);
  Napi::Object object = Napi::Object::New(env);
  object.Set("driver", TextOrNull(env, driver));
  object.Set("features", TextOrNull(env, sysfs.Read("features")));
  return object;
}

// readFeatures(device: string, count: number): Uint32Array, by 4: available, requested, active, never changed
Napi::Value ReadFeaturesJs(Info info) {
  State& state = StateOf(info);
  Arguments arguments(info);
  std::string device = arguments.Device();
  const int count = arguments.Int();
  if (!arguments.ok()) return Napi::Value();
  std::vector<ethtool_get_features_block> blocks;
  Failure failure = state.socket.Open();
  if (!failure) failure = ReadFeatures(state.socket.get(), device, std::clamp(count, 0, 4096), blocks);
  if (failure) return Throw(info.Env(), failure);
  std::vector<uint32_t> words;
  for (const ethtool_get_features_block& block : blocks) {
    words.insert(words.end(), {block.available, block.requested, block.active, block.never_changed});
  }
  return ToWords(info.Env(), words);
}

// isTap(device: string): boolean
Napi::Value IsTapJs(Info info) {
  State& state = StateOf(info);
  Arguments arguments(info);
  std::string device = arguments.Device();
  if (!arguments.ok()) return Napi::Value();
  bool is_tap = false;
  Failure failure = state.socket.Open();
  if (!failure) failure = IsTap(state.socket.get(), device, is_tap);
  if (failure) return Throw(info.Env(), failure);
  return Napi::Boolean::New(info.Env(), is_tap);
}

// rtnetlink(requests: Uint8Array, callback): void; the answer is a Buffer of what the kernel said
Napi::Value RtnetlinkJs(Info info) {
  Arguments arguments(info);
  Messages requests = arguments.Bytes();
  Napi::Function callback = arguments.Function();
  if (!arguments.ok()) return Napi::Value();
  Failure failure = StateOf(info).writer.Submit(info.Env(), callback, std::move(requests));
  return failure ? Throw(info.Env(), failure) : info.Env().Undefined();
}

// describeErrno(number: number): { name: string, text: string }
Napi::Value DescribeErrnoJs(Info info) {
  Arguments arguments(info);
  const int number = arguments.Int();
  if (!arguments.ok()) return Napi::Value();
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("name", NameOf(number));
  object.Set("text", strerror(number));
  return object;
}

// indexOf(device: string): number
Napi::Value IndexOfJs(Info info) {
  Arguments arguments(info);
  std::string device = arguments.Device();
  if (!arguments.ok()) return Napi::Value();
  int index = 0;
  if (Failure failure = IndexOf(device, index)) return Throw(info.Env(), failure);
  return Napi::Number::New(info.Env(), index);
}

// isIndexUsed(index: number): boolean, in this namespace
Napi::Value IsIndexUsedJs(Info info) {
  if (info.Length() < 1 || !info[0].IsNumber()) {
    Napi::TypeError::New(info.Env(), "index must be a number").ThrowAsJavaScriptException();
    return Napi::Value();
  }
  char name[IF_NAMESIZE];
  if (if_indextoname(info[0].As<Napi::Number>().Uint32Value(), name) != nullptr) {
    return Napi::Boolean::New(info.Env(), true);
  }
  if (errno == ENXIO) return Napi::Boolean::New(info.Env(), false);
  return Throw(info.Env(), Failed("if_indextoname"));
}

// createTap(device: string, options: NativeTapOptions, callback): void; the answer is whether it was created
Napi::Value CreateTapJs(Info info) {
  Arguments arguments(info);
  std::string device = arguments.Device();
  Napi::Object object = arguments.Object();
  TapOptions options;
  options.owner = arguments.Number(object, "owner");
  options.group = arguments.Number(object, "group");
  options.multi_queue = arguments.Flag(object, "multiQueue");
  options.vnet_header = arguments.Flag(object, "vnetHeader");
  options.mac = arguments.Address(object, "mac");
  options.mtu = arguments.Number(object, "mtu");
  options.up = arguments.Flag(object, "up");
  options.changes = arguments.Data(object, "changes");
  options.may_exist = arguments.Flag(object, "mayExist");
  return Submit(info, arguments,
                [=](int socket, bool& created) { return CreateTap(socket, device, options, created); });
}

// deleteTap(device: string, callback): void
Napi::Value DeleteTapJs(Info info) {
  Arguments arguments(info);
  std::string device = arguments.Device();
  return Submit(info, arguments, [=](int socket, bool&) { return DeleteTap(socket, device); });
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new State());
  auto bind = [&](const char* name, Napi::Value (*function)(Info)) { Bind(env, exports, name, function); };
  bind("enterPrivateNetwork", EnterPrivateNetworkJs);
  bind("listDevices", ListDevicesJs);
  bind("deviceExists", DeviceExistsJs);
  bind("readLink", ReadLinkJs);
  bind("readDriver", ReadDriverJs);
  bind("readSysfs", ReadSysfsJs);
  bind("readFeatures", ReadFeaturesJs);
  bind("isTap", IsTapJs);
  bind("rtnetlink", RtnetlinkJs);
  bind("describeErrno", DescribeErrnoJs);
  bind("indexOf", IndexOfJs);
  bind("isIndexUsed", IsIndexUsedJs);
  bind("createTap", CreateTapJs);
  bind("deleteTap", DeleteTapJs);
  BindEthtool(env, exports);
  BindEvents(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(NODE_GYP_MODULE_NAME, Init)

}  // namespace ovskit
