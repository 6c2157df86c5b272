#include <resdyn/data/model_file.hpp>
#include <resdyn/model/parameters.hpp>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace resdyn;
    fuzz::parses_or_refuses([&] {
        const fuzz::MemoryFile file(fuzz::text_of(data, size));
        const ModelFile model = load_model(file.path());
        validate(model.network);  // whole, or it should have been refused
        const std::string once = format_model(model);
        const fuzz::MemoryFile again(once);
        if (format_model(load_model(again.path())) != once) {
            fuzz::broken("expected a round trip to give the same bytes");
        }
    });
    return 0;
}

std::vector<std::string> resdyn::fuzz::seeds() {
    std::vector<std::string> result;
    for (const NetworkKind kind : {NetworkKind::Residual, NetworkKind::Perceptron}) {
        for (const bool shared : {true, false}) {
            NetworkShape shape;
            shape.kind = kind;
            shape.depth = 2;
            shape.shared_weights = shared;
            shape.input_width = shared ? 3 : 0;
            result.push_back(format_model({initial_network(shape, 1), {}, TensorType::F32}));
        }
    }
    NetworkShape two_matrices;
    two_matrices.hidden_width = 3;
    result.push_back(format_model({initial_network(two_matrices, 1), {{"note", "a"}}, {}}));
    return result;
}
