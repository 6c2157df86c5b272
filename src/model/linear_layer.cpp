#include <resdyn/model/linear_layer.hpp>

#include <fmt/format.h>

#include <resdyn/core/error.hpp>

namespace resdyn {

void validate_tensor(const std::string& name, const Matrix& tensor, Index rows, Index cols) {
    if (tensor.rows() != rows || tensor.cols() != cols) {
        reject_argument(name, fmt::format("a {}x{} matrix", rows, cols),
                        fmt::format("{}x{}", tensor.rows(), tensor.cols()));
    }
    if (!tensor.allFinite()) {
        reject_argument(name, "finite numbers", "NaN or infinity");
    }
}

void validate_tensor(const std::string& name, const Vector& tensor, Index size) {
    if (tensor.size() != size) {
        reject_argument(name, fmt::format("a vector of size {}", size),
                        fmt::format("size {}", tensor.size()));
    }
    if (!tensor.allFinite()) {
        reject_argument(name, "finite numbers", "NaN or infinity");
    }
}

}  // namespace resdyn
