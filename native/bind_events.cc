// Link and address events, as JavaScript sees them.
#include <arpa/inet.h>
#include <linux/rtnetlink.h>

#include <cstdio>

#include "state.h"

namespace ovskit {
namespace {

using Kind = NetlinkMessage::Kind;

/** `fa:16:3e:00:00:01`; null when there is none. */
Napi::Value ToMac(Napi::Env env, const std::vector<uint8_t>& bytes) {
  std::string text;
  for (uint8_t byte : bytes) {
    char hex[4];
    snprintf(hex, sizeof(hex), ":%02x", byte);
    text += hex;
  }
  return text.empty() ? env.Null() : Napi::Value(Napi::String::New(env, text.substr(1)));
}

/** As inet_ntop(3) writes it. */
Napi::Value ToAddress(Napi::Env env, const AddressMessage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(address.family, address.address.data(), text, sizeof(text));
  return Napi::String::New(env, text);
}

void SetLink(Napi::Env env, Napi::Object object, const LinkMessage& link) {
  object.Set("index", link.index);
  object.Set("flags", link.flags);
  object.Set("name", link.name);
  object.Set("mtu", link.mtu);
  object.Set("mac", ToMac(env, link.mac));
  object.Set("operationalState", link.operational_state);
  object.Set("kind", link.kind);
  object.Set("master", link.master);
  object.Set("parent", link.parent);
  object.Set("group", link.group);
  object.Set("txQueueLength", link.tx_queue_length);
}

void SetAddress(Napi::Env env, Napi::Object object, const AddressMessage& address) {
  object.Set("index", address.index);
  object.Set("family", address.family);
  object.Set("prefixLength", address.prefix_length);
  object.Set("scope", address.scope);
  object.Set("flags", address.flags);
  object.Set("address", ToAddress(env, address));
  object.Set("label", address.label);
}

const char* NameOf(Kind kind) {
  switch (kind) {
    case Kind::kLink: return "link";
    case Kind::kAddress: return "address";
    case Kind::kDone: return "done";
    case Kind::kError: return "error";
    default: return "lost";
  }
}

Napi::Value ToObjects(Napi::Env env, const std::vector<NetlinkMessage>& messages) {
  Napi::Array array = Napi::Array::New(env, messages.size());
  for (uint32_t i = 0; i < messages.size(); ++i) {
    const NetlinkMessage& message = messages[i];
    Napi::Object object = Napi::Object::New(env);
    object.Set("type", NameOf(message.kind));
    object.Set("sequence", message.sequence);
    object.Set("interrupted", message.interrupted);
    object.Set("removed", message.removed);
    object.Set("error", message.error);
    if (message.kind == Kind::kLink) SetLink(env, object, message.link);
    if (message.kind == Kind::kAddress) SetAddress(env, object, message.address);
    array.Set(i, object);
    if (env.IsExceptionPending()) return Napi::Value();
  }
  return array;
}

/** The socket of that number; throws when it is closed. */
EventSocket* SocketOf(Info info, uint32_t id) {
  EventSocket* socket = StateOf(info).events.Find(id);
  if (socket == nullptr) Throw(info.Env(), {EBADF, "events", {}, {}});
  return socket;
}

// openEvents(callback: () => void): number
Napi::Value OpenEventsJs(Info info) {
  Arguments arguments(info);
  Napi::Function callback = arguments.Function();
  if (!arguments.ok()) return Napi::Value();
  uint32_t id = 0;
  if (Failure failure = StateOf(info).events.Open(info.Env(), callback, id)) return Throw(info.Env(), failure);
  return Napi::Number::New(info.Env(), id);
}

// requestDump(id: number, addresses: boolean, sequence: number): void
Napi::Value RequestDumpJs(Info info) {
  Arguments arguments(info);
  const int id = arguments.Int();
  const bool addresses = arguments.Bool();
  const int sequence = arguments.Int();
  if (!arguments.ok()) return Napi::Value();
  EventSocket* socket = SocketOf(info, id);
  if (socket == nullptr) return Napi::Value();
  if (Failure failure = socket->RequestDump(addresses ? RTM_GETADDR : RTM_GETLINK, sequence)) {
    return Throw(info.Env(), failure);
  }
  return info.Env().Undefined();
}

// readEvents(id: number): NativeMessage[]
Napi::Value ReadEventsJs(Info info) {
  Arguments arguments(info);
  const int id = arguments.Int();
  if (!arguments.ok()) return Napi::Value();
  EventSocket* socket = SocketOf(info, id);
  if (socket == nullptr) return Napi::Value();
  std::vector<NetlinkMessage> messages;
  if (Failure failure = socket->Read(messages)) return Throw(info.Env(), failure);
  return ToObjects(info.Env(), messages);
}

// closeEvents(id: number): void
Napi::Value CloseEventsJs(Info info) {
  Arguments arguments(info);
  const int id = arguments.Int();
  if (!arguments.ok()) return Napi::Value();
  StateOf(info).events.Close(id);
  return info.Env().Undefined();
}

// parseNetlink(datagram: Uint8Array): NativeMessage[], for tests
Napi::Value ParseNetlinkJs(Info info) {
  Arguments arguments(info);
  const std::vector<uint8_t> datagram = arguments.Bytes();
  if (!arguments.ok()) return Napi::Value();
  std::vector<NetlinkMessage> messages;
  if (!ParseNetlink(datagram.data(), datagram.size(), messages)) {
    messages.emplace_back().kind = Kind::kLost;
  }
  return ToObjects(info.Env(), messages);
}

}  // namespace

void BindEvents(Napi::Env env, Napi::Object exports) {
  Bind(env, exports, "openEvents", OpenEventsJs);
  Bind(env, exports, "requestDump", RequestDumpJs);
  Bind(env, exports, "readEvents", ReadEventsJs);
  Bind(env, exports, "closeEvents", CloseEventsJs);
  Bind(env, exports, "parseNetlink", ParseNetlinkJs);
}

}  // namespace ovskit
