#pragma once

#include <napi.h>

#include <optional>
#include <string>
#include <vector>

#include "arguments.h"
#include "device.h"
#include "events.h"
#include "writer.h"

namespace ovskit {

using Info = const Napi::CallbackInfo&;

/** One for each environment: the addon is loaded once for the main thread and once for each worker. */
struct State {
  IoctlSocket socket;
  Writer writer;
  EventSockets events;
};

inline State& StateOf(Info info) { return *info.Env().GetInstanceData<State>(); }

inline Napi::Value TextOrNull(Napi::Env env, const std::optional<std::string>& text) {
  return text ? Napi::Value(Napi::String::New(env, *text)) : env.Null();
}

inline Napi::Value BooleanOrNull(Napi::Env env, const std::optional<bool>& value) {
  return value ? Napi::Value(Napi::Boolean::New(env, *value)) : env.Null();
}

inline Napi::Array Texts(Napi::Env env, const std::vector<std::string>& texts) {
  Napi::Array array = Napi::Array::New(env, texts.size());
  for (uint32_t i = 0; i < texts.size(); ++i) array.Set(i, Napi::String::New(env, texts[i]));
  return array;
}

/** Takes the callback, which is the last argument, and hands the change to the writer. */
Napi::Value Submit(Info info, Arguments& arguments, Writer::Change change);

/** Each adds the functions of its concern to what the addon exports. */
void BindEthtool(Napi::Env env, Napi::Object exports);
void BindEvents(Napi::Env env, Napi::Object exports);

inline void Bind(Napi::Env env, Napi::Object exports, const char* name, Napi::Value (*function)(Info)) {
  exports.Set(name, Napi::Function::New(env, function, name));
}

}  // namespace ovskit
