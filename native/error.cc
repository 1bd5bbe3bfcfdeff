#include "error.h"

#include <cstring>

namespace ovskit {
namespace {

// Plain Node-API, with each status looked at: the C++ wrapper ends the process when an environment is on its way out.
napi_value MakeString(napi_env env, const std::string& text) {
  napi_value value = nullptr;
  return napi_create_string_utf8(env, text.c_str(), text.size(), &value) == napi_ok ? value : nullptr;
}

bool SetString(napi_env env, napi_value object, const char* key, const std::string& text) {
  napi_value value = MakeString(env, text);
  return value != nullptr && napi_set_named_property(env, object, key, value) == napi_ok;
}

std::string Describe(const Failure& failure, const char* name) {
  std::string text = std::string(failure.syscall) + ": " + name + ", " + strerror(failure.number);
  if (!failure.device.empty()) text = failure.device + ": " + text;
  return text;
}

}  // namespace

const char* NameOf(int number) {
  const char* name = strerrorname_np(number);
  return name == nullptr ? "EUNKNOWN" : name;
}

napi_value ToError(napi_env env, const Failure& failure) {
  const char* name = NameOf(failure.number);
  napi_value code = MakeString(env, name);
  napi_value message = MakeString(env, Describe(failure, name));
  napi_value error = nullptr;
  napi_value number = nullptr;
  if (code == nullptr || message == nullptr || napi_create_error(env, code, message, &error) != napi_ok ||
      napi_create_int32(env, failure.number, &number) != napi_ok ||
      napi_set_named_property(env, error, "errno", number) != napi_ok ||
      !SetString(env, error, "syscall", failure.syscall)) {
    return nullptr;
  }
  if (!failure.device.empty() && !SetString(env, error, "device", failure.device)) return nullptr;
  if (!failure.kind.empty() && !SetString(env, error, "kind", failure.kind)) return nullptr;
  return error;
}

Napi::Value Throw(Napi::Env env, const Failure& failure) {
  napi_value error = ToError(env, failure);
  if (error != nullptr) napi_throw(env, error);
  return Napi::Value();
}

void ReportUncaught(napi_env env) {
  napi_value thrown = nullptr;
  if (napi_get_and_clear_last_exception(env, &thrown) == napi_ok) napi_fatal_exception(env, thrown);
}

}  // namespace ovskit
