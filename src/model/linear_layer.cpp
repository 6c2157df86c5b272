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

void validate_ends(const std::optional<LinearLayer>& input, const LinearLayer& readout,
                   Index width) {
    if (!readout.is_absent()) {
        validate_tensor("V", readout.M, readout.M.rows(), width);
        validate_tensor("c", readout.v, readout.M.rows());
    }
    if (input) {
        validate_tensor("U", input->M, width, input->M.cols());
        validate_tensor("e", input->v, width);
    }
}

Matrix entered(const std::optional<LinearLayer>& input, Index width, const Matrix& data) {
    const Index D = input ? input->M.cols() : width;
    if (data.rows() != D) {
        reject_argument("data", fmt::format("samples of width {}", D),
                        fmt::format("{}", data.rows()));
    }
    return input ? (*input)(data) : data;
}

}  // namespace resdyn
