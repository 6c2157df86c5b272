// The safetensors format: bytes and back, and every lie a header can tell.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstring>

#include <resdyn/core/error.hpp>
#include <resdyn/io/safetensors.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

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

BOOST_AUTO_TEST_SUITE(safetensors)

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
    BOOST_TEST(says(refused(file("[1]", 0)), "starts with {"));
    BOOST_TEST(says(refused(file("{\"W\":", 0)), "JSON"));
    BOOST_TEST(says(refused(file("{} x", 0)), "JSON"));
    BOOST_TEST(says(refused(std::string("\x93NUMPY and so on")), "expected"));
    BOOST_TEST(says(refused(file("{\"W\": 3}", 0)), "tensor W", "JSON object", "number"));
    BOOST_TEST(says(refused(file(R"({"__metadata__":{"step":1}})", 0)), "\"step\"", "number"));
}

BOOST_AUTO_TEST_CASE(a_key_that_occurs_twice_is_refused) {
    const std::string W = entry("W", "F32", "[1]", "[0,4]");
    BOOST_TEST(says(refused_header(W + "," + W, 4), "every key once", "\"W\" twice"));
    BOOST_TEST(
        says(refused_header(R"("__metadata__":{"step":"1","step":"2"})", 0), "\"step\" twice"));
}

BOOST_AUTO_TEST_CASE(tensors_that_lie_about_themselves_are_refused) {
    BOOST_TEST(says(refused_header(entry("W", "BF16", "[1]", "[0,2]"), 2), "F32 or F64", "BF16"));
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
