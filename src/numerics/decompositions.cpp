#include "decompositions.hpp"

#include <Eigen/Dense>
#include <complex>
#include <limits>

namespace resdyn {

struct Lu::Factors : Eigen::PartialPivLU<Matrix> {
    using PartialPivLU::PartialPivLU;
};

Lu::Lu(const Matrix& A) : factors_(std::make_shared<const Factors>(A)) {}

Vector Lu::solve(const Vector& b) const {
    return factors_->solve(b);
}

Vector Lu::solve_transposed(const Vector& b) const {
    return factors_->transpose().solve(b);
}

Matrix Lu::inverse() const {
    return factors_->inverse();
}

double Lu::determinant() const {
    return factors_->determinant();
}

double Lu::reciprocal_condition() const {
    return factors_->rcond();
}

Vector Lu::pivots() const {
    return factors_->matrixLU().diagonal();
}

int Lu::permutation_sign() const {
    return static_cast<int>(factors_->permutationP().determinant());
}

namespace {

/// [Re −Im; Im Re].
Matrix real_form(const ComplexMatrix& A) {
    const Index m = A.rows();
    const Index n = A.cols();
    Matrix R(2 * m, 2 * n);
    R.topLeftCorner(m, n) = A.real();
    R.topRightCorner(m, n) = -A.imag();
    R.bottomLeftCorner(m, n) = A.imag();
    R.bottomRightCorner(m, n) = A.real();
    return R;
}

}  // namespace

ComplexLu::ComplexLu(const ComplexMatrix& A) : real_(real_form(A)) {}

ComplexVector ComplexLu::solve(const ComplexVector& b) const {
    const Index n = b.size();
    Vector parts(2 * n);
    parts << b.real(), b.imag();
    parts = real_.solve(parts);
    ComplexVector x(n);
    x.real() = parts.head(n);
    x.imag() = parts.tail(n);
    return x;
}

ComplexMatrix ComplexLu::inverse() const {
    const Matrix R = real_.inverse();
    const Index n = R.rows() / 2;
    ComplexMatrix inverse(n, n);
    inverse.real() = R.topLeftCorner(n, n);
    inverse.imag() = R.bottomLeftCorner(n, n);
    return inverse;
}

struct RankRevealingLu::Factors : Eigen::FullPivLU<Matrix> {
    using FullPivLU::FullPivLU;
};

RankRevealingLu::RankRevealingLu(const Matrix& A) : factors_(std::make_shared<const Factors>(A)) {}

Index RankRevealingLu::rank() const {
    return factors_->rank();
}

bool RankRevealingLu::is_invertible() const {
    return factors_->isInvertible();
}

Vector RankRevealingLu::solve(const Vector& b) const {
    return factors_->solve(b);
}

struct Cholesky::Factors : Eigen::LLT<Matrix> {
    using LLT::LLT;
};

Cholesky::Cholesky(const Matrix& S) : factors_(std::make_shared<const Factors>(S)) {}

bool Cholesky::succeeded() const {
    return factors_->info() == Eigen::Success;
}

Matrix Cholesky::factor() const {
    return factors_->matrixL();
}

Matrix Cholesky::solve(const Matrix& B) const {
    return factors_->solve(B);
}

struct Ldlt::Factors : Eigen::LDLT<Matrix> {
    using LDLT::LDLT;
};

Ldlt::Ldlt(const Matrix& S) : factors_(std::make_shared<const Factors>(S)) {}

Vector Ldlt::solve(const Vector& b) const {
    return factors_->solve(b);
}

Matrix Ldlt::inverse() const {
    return factors_->solve(Matrix::Identity(factors_->rows(), factors_->cols()));
}

struct Qr::Factors : Eigen::HouseholderQR<Matrix> {
    using HouseholderQR::HouseholderQR;
};

Qr::Qr(const Matrix& A) : factors_(std::make_shared<const Factors>(A)) {}

Matrix Qr::full_q() const {
    return factors_->householderQ();
}

Matrix Qr::thin_q() const {
    return factors_->householderQ() * Matrix::Identity(factors_->rows(), factors_->cols());
}

Matrix Qr::r() const {
    return factors_->matrixQR().topRows(factors_->cols()).triangularView<Eigen::Upper>();
}

Eigenpairs eigenpairs(const Matrix& A) {
    const Eigen::EigenSolver<Matrix> solver(A);
    if (solver.info() != Eigen::Success) {
        const std::complex<double> unknown(std::numeric_limits<double>::quiet_NaN(), 0.0);
        return {false, ComplexVector::Constant(A.rows(), unknown),
                ComplexMatrix::Constant(A.rows(), A.rows(), unknown)};
    }
    return {true, solver.eigenvalues(), solver.eigenvectors()};
}

ComplexVector schur_eigenvalues(const Matrix& A) {
    return Eigen::EigenSolver<Matrix>(A, false).eigenvalues();
}

SymmetricEigenpairs symmetric_eigenpairs(const Matrix& S) {
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(S);
    return {solver.eigenvalues(), solver.eigenvectors()};
}

Vector symmetric_eigenvalues(const Matrix& S) {
    return Eigen::SelfAdjointEigenSolver<Matrix>(S, Eigen::EigenvaluesOnly).eigenvalues();
}

std::optional<Vector> generalized_eigenvalues(const Matrix& A, const Matrix& B) {
    if (!Cholesky(B).succeeded()) {  // Eigen's solver does not look
        return std::nullopt;
    }
    const Eigen::GeneralizedSelfAdjointEigenSolver<Matrix> solver(A, B, Eigen::EigenvaluesOnly);
    if (solver.info() != Eigen::Success) {
        return std::nullopt;
    }
    return solver.eigenvalues();
}

SingularVectors singular_vectors(const Matrix& A) {
    const Eigen::JacobiSVD<Matrix> svd(A, Eigen::ComputeFullU | Eigen::ComputeFullV);
    return {svd.singularValues(), svd.matrixU(), svd.matrixV()};
}

Vector singular_values(const Matrix& A) {
    return Eigen::JacobiSVD<Matrix>(A).singularValues();
}

Vector singular_values(const ComplexMatrix& A) {
    const Vector twice = singular_values(real_form(A));
    return twice(Eigen::seq(0, Eigen::last, 2));
}

SingularVectors divided_singular_vectors(const Matrix& A, SingularSide side) {
    const unsigned left = side == SingularSide::FullLeft ? Eigen::ComputeFullU
                          : side == SingularSide::ThinLeft || side == SingularSide::ThinBoth
                              ? Eigen::ComputeThinU
                              : 0;
    const unsigned right =
        side == SingularSide::ThinRight || side == SingularSide::ThinBoth ? Eigen::ComputeThinV : 0;
    const Eigen::BDCSVD<Matrix> svd(A, left | right);
    SingularVectors result;
    result.values = svd.singularValues();
    if (left != 0) {
        result.left = svd.matrixU();
    }
    if (right != 0) {
        result.right = svd.matrixV();
    }
    return result;
}

Vector least_norm_solution(const Matrix& A, const Vector& b, std::optional<double> threshold) {
    Eigen::CompleteOrthogonalDecomposition<Matrix> solver;
    if (threshold) {
        solver.setThreshold(*threshold);
    }
    solver.compute(A);
    return solver.solve(b);
}

Index column_rank(const Matrix& A) {
    return Eigen::ColPivHouseholderQR<Matrix>(A).rank();
}

void rank_update(Matrix& S, const Matrix& G, double factor) {
    S.selfadjointView<Eigen::Lower>().rankUpdate(G, factor);
}

}  // namespace resdyn
