// The safetensors format: bytes and back, and every lie a header can tell.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstring>
#include <tuple>

#include <resdyn/core/error.hpp>
#include <resdyn/formats/safetensors.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(safetensors_)

namespace {

/// A file of this header and this many zero bytes of tensors.
std::string file(const std::string& header, std::size_t payload) {
    const std::uint64_t length = header.size();
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    bytes += header;
    bytes.append(payload, '\0');
    return bytes;
}

std::string entry(const std::string& name, const char* dtype, const char* shape,
                  const char* offsets) {
    return fmt::format(R"("{}":{{"dtype":"{}","shape":{},"data_offsets":{}}})", name, dtype, shape,
                       offsets);
}

std::string refused(const std::string& bytes) {
    return refusal<InputError>([&] { parse_safetensors(bytes, "m"); });
}

std::string refused_header(const std::string& inside, std::size_t payload) {
    return refused(file(fmt::format("{{{}}}", inside), payload));
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_was_written_comes_back_and_the_bytes_repeat) {
    Safetensors content;
    content.tensors["W"] = {TensorType::F64, {2, 3}, {1, 2, 3, 4, 5, 1.0 / 3.0}};
    content.tensors["b"] = {TensorType::F32, {2}, {0.5, static_cast<double>(0.1F)}};
    content.tensors["none"] = {TensorType::F32, {0, 4}, {}};
    content.tensors["one"] = {TensorType::F64, {}, {7.0}};
    content.metadata = {{"activation", "tanh"}, {"note", "\"quoted\", ünïcode"}};
    const std::string bytes = format_safetensors(content);
    const Safetensors back = parse_safetensors(bytes, "m");
    BOOST_TEST(back.metadata == content.metadata);
    BOOST_REQUIRE_EQUAL(back.tensors.size(), 4U);
    for (const auto& [name, tensor] : content.tensors) {
        BOOST_TEST((back.tensors.at(name).type == tensor.type));
        BOOST_TEST(back.tensors.at(name).shape == tensor.shape);
        BOOST_TEST(back.tensors.at(name).values == tensor.values);
    }
    BOOST_TEST(format_safetensors(back) == bytes);
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), 8);
    BOOST_TEST(length % 8 == 0U);
}

BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
    const std::string good = file(fmt::format("{{{},{}}}", entry("W", "F32", "[2,2]", "[0,16]"),
                                              entry("b", "F32", "[2]", "[16,24]")),
                                  24);
    BOOST_TEST(parse_safetensors(good, "m").tensors.size() == 2U);
    for (std::size_t length = 0; length < good.size(); ++length) {
        BOOST_TEST(says(refused(good.substr(0, length)), "m", "expected"));
    }
    BOOST_TEST(says(refused(good + "x"), "24 bytes of tensors", "25"));
}

BOOST_AUTO_TEST_CASE(a_header_length_beyond_the_file_is_refused_before_memory_is_taken) {
    std::string bytes = file("{}", 0);
    for (const std::uint64_t length :
         {std::uint64_t{3}, std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
        std::memcpy(bytes.data(), &length, 8);
        BOOST_TEST(says(refused(bytes), "header length of at most 2", fmt::format("{}", length)));
    }
}

BOOST_AUTO_TEST_CASE(headers_that_are_no_json_object_are_refused) {
    BOOST_TEST(says(refused(file("[1]", 0)), "a safetensors file", "bytes that begin with 03 00"));
    BOOST_TEST(says(refused(file("{\"W\":", 0)), "JSON"));
    BOOST_TEST(says(refused(file("{} x", 0)), "JSON"));
    BOOST_TEST(says(refused(std::string("\x93NUMPY and so on")), "got a NumPy array"));
    BOOST_TEST(
        says(refused("<!DOCTYPE html><html>"), "got text that begins with \"<!DOCTYPE html>\""));
    BOOST_TEST(says(refused("version https://git-lfs.github.com/spec/v1\n"), "a Git LFS pointer"));
    BOOST_TEST(says(refused(file("{\"W\": 3}", 0)), "tensor W", "JSON object", "number"));
    BOOST_TEST(says(refused(file(R"({"__metadata__":{"step":[1]}})", 0)), "\"step\"", "array"));
    BOOST_TEST(says(refused(file(R"({"__metadata__":{"step":null}})", 0)), "\"step\"", "null"));
}

BOOST_AUTO_TEST_CASE(metadata_that_are_no_text_are_taken_as_their_text) {
    const auto metadata =
        parse_safetensors(
            file(R"({"__metadata__":{"depth":10,"step":0.25,"shared":true,"kind":"residual"}})", 0),
            "m")
            .metadata;
    const std::map<std::string, std::string> expected = {
        {"depth", "10"}, {"step", "0.25"}, {"shared", "true"}, {"kind", "residual"}};
    BOOST_TEST((metadata == expected));
}

namespace {

/// A file of one tensor W with these bytes.
std::string one_tensor(const char* dtype, std::size_t count, const std::string& data) {
    return file(fmt::format("{{{}}}", entry("W", dtype, fmt::format("[{}]", count).c_str(),
                                            fmt::format("[0,{}]", data.size()).c_str())),
                0) +
           data;
}

template <class Scalar>
void check_type(const char* dtype, const std::vector<Scalar>& values, TensorType narrowest) {
    std::string data;
    for (const Scalar value : values) {
        data.append(reinterpret_cast<const char*>(&value), sizeof(Scalar));
    }
    const Safetensors content = parse_safetensors(one_tensor(dtype, values.size(), data), "m");
    const Tensor& tensor = content.tensors.at("W");
    BOOST_TEST(tensor.stored == dtype);
    BOOST_TEST((tensor.type == narrowest), dtype);
    BOOST_REQUIRE_EQUAL(tensor.values.size(), values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        BOOST_TEST(tensor.values[i] == static_cast<double>(values[i]), dtype);
    }
    // Written in its narrowest type, it comes back the same.
    BOOST_TEST(parse_safetensors(format_safetensors(content), "m").tensors.at("W").values ==
               tensor.values);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_type_of_numbers_is_widened_exactly) {
    constexpr std::int64_t exact = std::int64_t{1} << 53;
    check_type<bool>("BOOL", {true, false}, TensorType::F32);
    check_type<std::int8_t>("I8", {-128, 127}, TensorType::F32);
    check_type<std::uint8_t>("U8", {0, 255}, TensorType::F32);
    check_type<std::int16_t>("I16", {-32768, 32767}, TensorType::F32);
    check_type<std::uint16_t>("U16", {0, 65535}, TensorType::F32);
    check_type<std::int32_t>("I32", {-2147483647 - 1, 2147483647}, TensorType::F64);
    check_type<std::uint32_t>("U32", {0, 4294967295U}, TensorType::F64);
    check_type<std::int64_t>("I64", {-exact, exact}, TensorType::F64);
    check_type<std::uint64_t>("U64", {0, std::uint64_t{1} << 60}, TensorType::F64);
    check_type<float>("F32", {0.1F, 1e-45F}, TensorType::F32);
    check_type<double>("F64", {0.1, 5e-324}, TensorType::F64);
    // bfloat16 is the upper half of a float32; float16: 1, -2, its largest and its least number.
    const Safetensors brain = parse_safetensors(one_tensor("BF16", 2, "\xcd\x3d\x80\xbf"), "m");
    BOOST_TEST((brain.tensors.at("W").values == std::vector<double>{0.10009765625, -1.0}));
    const Safetensors half = parse_safetensors(
        one_tensor("F16", 4, std::string("\x00\x3c\x00\xc0\xff\x7b\x01\x00", 8)), "m");
    BOOST_TEST((half.tensors.at("W").values ==
                std::vector<double>{1.0, -2.0, 65504.0, std::ldexp(1.0, -24)}));
}

BOOST_AUTO_TEST_CASE(tensors_that_no_double_holds_are_named_and_left) {
    const std::string large("\x01\0\0\0\0\0\x20\0", 8);  // 2^53 + 1
    for (const auto& [dtype, count, data] :
         std::vector<std::tuple<const char*, std::size_t, std::string>>{{"I64", 1, large},
                                                                        {"U64", 1, large},
                                                                        {"F8_E4M3", 8, large},
                                                                        {"C64", 1, large},
                                                                        {"BOOL", 8, large}}) {
        const Safetensors content = parse_safetensors(one_tensor(dtype, count, data), "m");
        BOOST_TEST(content.tensors.empty(), dtype);
        BOOST_TEST(content.unread.at("W") == fmt::format("{}, {}", dtype, count));
    }
}

BOOST_AUTO_TEST_CASE(a_key_that_occurs_twice_is_refused) {
    const std::string W = entry("W", "F32", "[1]", "[0,4]");
    BOOST_TEST(says(refused_header(W + "," + W, 4), "every key once", "\"W\" twice"));
    BOOST_TEST(
        says(refused_header(R"("__metadata__":{"step":"1","step":"2"})", 0), "\"step\" twice"));
}

BOOST_AUTO_TEST_CASE(tensors_that_lie_about_themselves_are_refused) {
    BOOST_TEST(says(refused_header(entry("W", "BF16", "[1]", "[0,4]"), 4), "span 2 bytes"));
    BOOST_TEST(says(refused_header(entry("W", "F8_E4M3", "[1]", "[4,0]"), 4), "begin and an end"));
    BOOST_TEST(says(refused_header(entry("W", "F8_E4M3", "[4]", "[0,9]"), 4), "within the 4"));
    BOOST_TEST(
        says(refused_header(entry("W", "F32", "[2]", "[0,4]"), 4), "span 8 bytes", "0 to 4"));
    BOOST_TEST(says(refused_header(entry("W", "F32", "[1]", "[4,0]"), 4), "span 4 bytes"));
    BOOST_TEST(says(refused_header(entry("W", "F32", "[1]", "[0]"), 4), "span 4 bytes"));
    BOOST_TEST(says(refused_header(entry("W", "F32", "[-1]", "[0,4]"), 4), "\"shape\""));
    BOOST_TEST(says(refused_header(entry("W", "F32", "[1.5]", "[0,4]"), 4), "\"shape\""));
    BOOST_TEST(says(refused_header(entry("W", "F32", "3", "[0,4]"), 4), "\"shape\""));
    BOOST_TEST(says(refused_header(R"("W":{"dtype":"F32","shape":[1]})", 4), "\"data_offsets\""));
    BOOST_TEST(
        says(refused_header(R"("W":{"shape":[1],"data_offsets":[0,4]})", 4), "dtype", "none"));
    BOOST_TEST(
        says(refused_header(entry("W", "F32", "[4294967296,4294967296]", "[0,0]"), 0), "at most"));
}

BOOST_AUTO_TEST_CASE(gaps_overlaps_and_ends_beyond_the_file_are_refused) {
    const std::string first = entry("a", "F32", "[1]", "[0,4]") + ",";
    BOOST_TEST(says(refused_header(first + entry("b", "F32", "[1]", "[8,12]"), 12), "tensor b",
                    "bytes from 4 on"));
    BOOST_TEST(
        says(refused_header(first + entry("b", "F32", "[1]", "[0,4]"), 4), "bytes from 4 on"));
    BOOST_TEST(says(refused_header(first + entry("b", "F32", "[2]", "[4,12]"), 4), "within the 4"));
}

BOOST_AUTO_TEST_CASE(a_tensor_without_its_values_is_not_written) {
    Safetensors content;
    content.tensors["W"] = {TensorType::F64, {2, 2}, {1, 2, 3}};
    BOOST_TEST(says(refusal([&] { format_safetensors(content); }), "tensor W", "4 values", "3"));
}

BOOST_AUTO_TEST_SUITE_END()
