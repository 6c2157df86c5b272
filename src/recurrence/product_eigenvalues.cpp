#include "product_eigenvalues.hpp"

#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

constexpr int rounds = 12;          // blocks whose moduli differ by a factor 8 are then apart
constexpr double separated = 1e-9;  // of what couples two blocks, where rotations have norm 1

}  // namespace

std::vector<Complex> product_eigenvalues(const std::vector<Matrix>& pieces) {
    const Index n = pieces.front().rows();
    std::vector<Complex> values;
    if (n == 0) {
        return values;
    }
    Matrix start = Matrix::Identity(n, n);
    Matrix end = start;
    std::vector<Matrix> triangles;
    for (int round = 0; round < rounds; ++round) {
        start = end;
        triangles.clear();
        for (const Matrix& piece : pieces) {
            const Qr qr(piece * end);
            end = qr.full_q();
            triangles.push_back(qr.r());
        }
    }
    // M start = end R: in the basis `start` M is (startᵀ end) R, and startᵀ end is block diagonal.
    const Matrix turn = start.transpose() * end;
    for (Index first = 0; first < n;) {
        Index size = 1;
        while (first + size < n &&
               turn.bottomLeftCorner(n - first - size, first + size).lpNorm<Eigen::Infinity>() >
                   separated) {
            ++size;
        }
        Matrix block = Matrix::Identity(size, size);
        for (const Matrix& R : triangles) {
            block = R.block(first, first, size, size) * block;
        }
        for (const Complex value : eigenvalues(turn.block(first, first, size, size) * block)) {
            values.push_back(value);
        }
        first += size;
    }
    return values;
}

}  // namespace resdyn
