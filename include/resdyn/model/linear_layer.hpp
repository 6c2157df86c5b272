/// @file
/// y ↦ M y + v: a read-out, an input layer, or what a layer of a perceptron does before its
/// activation.
#pragma once

#include <optional>
#include <string>

#include <resdyn/core/types.hpp>

namespace resdyn {

struct LinearLayer {
    Matrix M;  ///< rows×cols; 0×0: absent.
    Vector v;  ///< rows.

    bool is_absent() const { return M.size() == 0; }
    /// M y + v for a batch y (cols×B); rows×B.
    Matrix operator()(const Matrix& y) const { return (M * y).colwise() + v; }
};

/// Throws std::invalid_argument naming the tensor if its shape is another or a number not finite.
void validate_tensor(const std::string& name, const Matrix& tensor, Index rows, Index cols);
void validate_tensor(const std::string& name, const Vector& tensor, Index size);
/// The same of what a network of `width` units has before and after its layers: U, e and V, c, each
/// pair if it is there.
void validate_ends(const std::optional<LinearLayer>& input, const LinearLayer& readout,
                   Index width);

/// What the layers start from: U d + e, or the data (D×B) as they are. Throws std::invalid_argument
/// for data of another width.
Matrix entered(const std::optional<LinearLayer>& input, Index width, const Matrix& data);

}  // namespace resdyn
