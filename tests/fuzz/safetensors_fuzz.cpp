#include <resdyn/formats/safetensors.hpp>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace resdyn;
    fuzz::parses_or_refuses([&] {
        const Safetensors content = parse_safetensors(fuzz::text_of(data, size), "input");
        // What was accepted can be written and read again, to the same bytes.
        const std::string once = format_safetensors(content);
        if (format_safetensors(parse_safetensors(once, "again")) != once) {
            fuzz::broken("expected a round trip to give the same bytes");
        }
    });
    return 0;
}

std::vector<std::string> resdyn::fuzz::seeds() {
    return {format_safetensors({}),
            format_safetensors({{{"W", {TensorType::F64, {2, 2}, {1, -2, -2, 1}}},
                                 {"b", {TensorType::F32, {2}, {0.5, 0.25}}}},
                                {{"activation", "logistic"}, {"depth", "3"}}}),
            std::string("\x39\0\0\0\0\0\0\0{\"W\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_"
                        "offsets\":[0,4]}}  abcd",
                        69),
            std::string("\x39\0\0\0\0\0\0\0{\"W\":{\"dtype\":\"I64\",\"shape\":[1],\"data_"
                        "offsets\":[0,8]}}   abcdefgh",
                        73),
            format_safetensors(
                {{{"empty", {TensorType::F32, {0, 3}, {}}}, {"one", {TensorType::F64, {}, {1.0}}}},
                 {}})};
}
