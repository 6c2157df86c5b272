#include <resdyn/data/tensor_roles.hpp>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace resdyn;
    fuzz::parses_or_refuses([&] {
        const SaidRoles said = parse_roles(fuzz::text_of(data, size), "input");
        const TensorRoles found = tensor_roles({{"blocks.0.weight", {2, 2}},
                                                {"blocks.1.weight", {2, 2}},
                                                {"blocks.1.bias", {2}},
                                                {"head.weight", {3, 2}}},
                                               said);
        if (found.trouble.empty()) {
            for (const TensorRole& row : found.tensors) {
                if (row.role.empty()) {
                    fuzz::broken("expected a role for every tensor, or trouble");
                }
            }
        }
    });
    return 0;
}

std::vector<std::string> resdyn::fuzz::seeds() {
    return {"blocks.*.weight W.*\nhead.weight V\n", "# none\nblocks.1.bias -\n",
            "blocks.0.weight W.0\nblocks.1.weight W.7\nhead.weight V\n"};
}
