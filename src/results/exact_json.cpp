#include "exact_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace resdyn {

using Json = nlohmann::ordered_json;

std::string hexadecimal(double value) {
    return fmt::format("{:a}", value);
}

Json exact_json(const Matrix& matrix) {
    Json rows = Json::array();
    for (Index i = 0; i < matrix.rows(); ++i) {
        Json row = Json::array();
        for (Index j = 0; j < matrix.cols(); ++j) {
            row.push_back(hexadecimal(matrix(i, j)));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

Json exact_weights_json(const ResidualSystem& system) {
    if (const auto& factors = system.factors()) {
        return {{"B", exact_json(factors->B)}, {"A", exact_json(factors->A)}};
    }
    return {{"W", exact_json(system.W())}};
}

}  // namespace resdyn
