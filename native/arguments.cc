#include "arguments.h"

#include <algorithm>

#include "device.h"

namespace ovskit {

void Arguments::Reject(const char* what) {
  if (ok()) Napi::TypeError::New(info_.Env(), std::string(what) + " expected").ThrowAsJavaScriptException();
  ok_ = false;
}

std::string Arguments::Path() {
  Napi::Value value = Next();
  std::string text = value.IsString() ? value.As<Napi::String>().Utf8Value() : std::string(1, '\0');
  if (text.find('\0') != std::string::npos) Reject("a string");
  return text;
}

std::string Arguments::Device() {
  std::string name = Path();
  if (!IsDeviceName(name)) Reject("a device name");
  return name;
}

int Arguments::Int() {
  Napi::Value value = Next();
  if (!value.IsNumber()) Reject("a number");
  return ok() ? value.As<Napi::Number>().Int32Value() : 0;
}

bool Arguments::Bool() {
  Napi::Value value = Next();
  if (!value.IsBoolean()) Reject("a boolean");
  return ok() && value.As<Napi::Boolean>().Value();
}

std::vector<uint8_t> Arguments::Bytes() {
  return ToBytes(Next());
}

std::vector<uint8_t> Arguments::Data(Napi::Object object, const char* key) {
  if (!ok()) return {};
  Napi::Value value = object.Get(key);
  if (!ok() || value.IsUndefined()) return {};
  return ToBytes(value);
}

std::vector<uint8_t> Arguments::ToBytes(Napi::Value value) {
  if (ok() && value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array) {
    Napi::Uint8Array bytes = value.As<Napi::Uint8Array>();
    if (bytes.Data() == nullptr) return {};
    return {bytes.Data(), bytes.Data() + bytes.ElementLength()};
  }
  Reject("a Uint8Array");
  return {};
}

Napi::Function Arguments::Function() {
  Napi::Value value = Next();
  if (!value.IsFunction()) Reject("a function");
  return value.As<Napi::Function>();
}

Napi::Object Arguments::Object() {
  Napi::Value value = Next();
  if (!value.IsObject()) Reject("an object");
  return value.As<Napi::Object>();
}

bool Arguments::Flag(Napi::Object object, const char* key) {
  if (!ok()) return false;
  Napi::Value value = object.Get(key);
  return ok() && value.IsBoolean() && value.As<Napi::Boolean>().Value();
}

std::optional<uint32_t> Arguments::Number(Napi::Object object, const char* key) {
  if (!ok()) return std::nullopt;
  Napi::Value value = object.Get(key);
  if (!ok() || !value.IsNumber()) return std::nullopt;
  return value.As<Napi::Number>().Uint32Value();
}

std::optional<Mac> Arguments::Address(Napi::Object object, const char* key) {
  if (!ok()) return std::nullopt;
  Napi::Value value = object.Get(key);
  if (!ok() || value.IsUndefined() || value.IsNull()) return std::nullopt;
  std::optional<Mac> mac = ToAddress(value);
  if (!mac) Reject("a Uint8Array of 6 bytes");
  return mac;
}

std::optional<Mac> Arguments::ToAddress(Napi::Value value) {
  if (!ok() || !value.IsTypedArray()) return std::nullopt;
  Napi::TypedArray array = value.As<Napi::TypedArray>();
  if (array.TypedArrayType() != napi_uint8_array) return std::nullopt;
  Napi::Uint8Array bytes = array.As<Napi::Uint8Array>();
  Mac mac;
  if (bytes.ElementLength() != mac.size() || bytes.Data() == nullptr) return std::nullopt;
  std::copy_n(bytes.Data(), mac.size(), mac.begin());
  return mac;
}

}  // namespace ovskit
