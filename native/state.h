#pragma once

#include <napi.h>

#include <cstring>
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

/** A Uint32Array; empty, with an exception pending, where no JavaScript may run any more, as in a worker that ends. */
inline Napi::Value ToWords(Napi::Env env, const std::vector<uint32_t>& words) {
  const size_t size = words.size() * sizeof(uint32_t);
  void* data = nullptr;
  napi_value buffer = nullptr;
  napi_value array = nullptr;
  if (napi_create_arraybuffer(env, size, &data, &buffer) != napi_ok ||
      napi_create_typedarray(env, napi_uint32_array, words.size(), buffer, 0, &array) != napi_ok) {
    return Napi::Value();
  }
  if (size > 0) memcpy(data, words.data(), size);
  return Napi::Value(env, array);
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
