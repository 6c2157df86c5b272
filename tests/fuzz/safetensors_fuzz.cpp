#include <cstring>

#include <resdyn/data/import_model.hpp>
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
        // As a state dict: whatever is taken is whole, and everything in it has a role.
        const ImportedModel imported =
            import_model(content, "input", {.activation = Activation::Tanh, .depth = Index{2}});
        if (imported.model) {
            validate(imported.model->network);
            for (const TensorRole& row : imported.roles.tensors) {
                if (row.role.empty()) {
                    fuzz::broken("expected a role for every tensor of what was taken");
                }
            }
        }
    });
    return 0;
}

namespace {

/// A state dict as PyTorch names it, of numbers that are two bytes each.
std::string half_precision(const std::string& type) {
    std::string header =
        R"({"blocks.0.fc1.weight":{"dtype":"T","shape":[2,1],"data_offsets":[0,4]},)"
        R"("blocks.0.fc2.weight":{"dtype":"T","shape":[1,2],"data_offsets":[4,8]},)"
        R"("blocks.0.fc2.bias":{"dtype":"T","shape":[1],"data_offsets":[8,10]},)"
        R"("head.weight":{"dtype":"T","shape":[2,1],"data_offsets":[10,14]}})";
    for (std::size_t at = header.find("\"T\""); at != std::string::npos;
         at = header.find("\"T\"", at)) {
        header.replace(at, 3, '"' + type + '"');
    }
    header.append((8 - header.size() % 8) % 8, ' ');
    const std::uint64_t length = header.size();
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    // 1, infinity, NaN, a subnormal, …: in both formats.
    return bytes + header +
           std::string("\x00\x3c\x00\x7c\x01\x7e\x01\x00\x80\x3f\x80\x7f\xc0\xff", 14);
}

}  // namespace

std::vector<std::string> resdyn::fuzz::seeds() {
    return {half_precision("F16"),
            half_precision("BF16"),
            format_safetensors({}),
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
