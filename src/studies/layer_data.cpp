#include <resdyn/studies/layer_data.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/error.hpp>

namespace resdyn {

Dataset data_before_layer(const ResidualNetwork& network, Index layer, const Dataset& data) {
    if (data.width() != network.input_width()) {
        reject_argument(data.name, fmt::format("samples of width {}", network.input_width()),
                        fmt::format("{}", data.width()));
    }
    Dataset result = data;
    result.inputs.resize(network.width(), data.size());
    // In parts: a batch of doubles for each layer is dear for many samples.
    constexpr Index part = 512;
    for (Index first = 0; first < data.size(); first += part) {
        const Index count = std::min(part, data.size() - first);
        const Matrix x0 =
            initial_activity(network, data.inputs.middleCols(first, count).cast<double>());
        result.inputs.middleCols(first, count) = activity_before(network, layer, x0).cast<float>();
    }
    if (network.input) {
        result.image_rows = 0;
        result.image_cols = 0;
    }
    if (layer > 0) {
        result.scaling = fmt::format("{}, then {} layers", data.scaling, layer);
    }
    return result;
}

}  // namespace resdyn
