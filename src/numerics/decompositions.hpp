/// @file
/// Eigen's dense decompositions as plain functions and classes, compiled once.
///
/// A file that names a decomposition of Eigen instantiates all of it again: one that multiplies by
/// a Householder Q takes 4.5 s more of processor time, a solved system 1 s. Here the templates stay
/// in decompositions.cpp. Sizes known at compile time (origin_support.cpp) keep Eigen's own.
///
/// Nothing is thrown: what does not exist (a singular system, values that are not finite) comes out
/// as Eigen gives it, not finite or not converged.
#pragma once

#include <memory>
#include <optional>

#include <resdyn/core/types.hpp>

namespace resdyn {

using ComplexVector = Eigen::VectorXcd;
using ComplexMatrix = Eigen::MatrixXcd;

/// A = P⁻¹ L U with partial pivoting, A square (Golub and Van Loan 2013, §3.4).
class Lu {
  public:
    explicit Lu(const Matrix& A);
    Vector solve(const Vector& b) const;
    /// x with Aᵀ x = b.
    Vector solve_transposed(const Vector& b) const;
    Matrix inverse() const;
    double determinant() const;
    double reciprocal_condition() const;  ///< estimated in the 1-norm.
    Vector pivots() const;                ///< the diagonal of U.
    int permutation_sign() const;

  private:
    struct Factors;
    std::shared_ptr<const Factors> factors_;
};

/// The same of a complex matrix, by the real one [Re −Im; Im Re], which acts on [Re; Im] as it acts
/// on a vector: Eigen's complex kernels would take half of this room's compile time.
class ComplexLu {
  public:
    explicit ComplexLu(const ComplexMatrix& A);
    ComplexVector solve(const ComplexVector& b) const;
    ComplexMatrix inverse() const;
    /// Estimated in the 1-norm of the real matrix, at most twice off that of the complex one.
    double reciprocal_condition() const { return real_.reciprocal_condition(); }

  private:
    Lu real_;
};

/// A = P⁻¹ L U Q⁻¹ with full pivoting, which shows the rank.
class RankRevealingLu {
  public:
    explicit RankRevealingLu(const Matrix& A);
    Index rank() const;
    bool is_invertible() const;
    Vector solve(const Vector& b) const;

  private:
    struct Factors;
    std::shared_ptr<const Factors> factors_;
};

/// S = L Lᵀ, S symmetric (its lower triangle is read).
class Cholesky {
  public:
    explicit Cholesky(const Matrix& S);
    /// Did the factorisation come to its end?
    bool succeeded() const;
    Matrix factor() const;  ///< L.
    Matrix solve(const Matrix& B) const;

  private:
    struct Factors;
    std::shared_ptr<const Factors> factors_;
};

/// S = P⁻¹ L D Lᵀ P, S symmetric and semidefinite.
class Ldlt {
  public:
    explicit Ldlt(const Matrix& S);
    Vector solve(const Vector& b) const;
    Matrix inverse() const;

  private:
    struct Factors;
    std::shared_ptr<const Factors> factors_;
};

/// A = Q R by Householder reflections, A of m rows and n <= m columns.
class Qr {
  public:
    explicit Qr(const Matrix& A);
    Matrix full_q() const;  ///< m × m.
    Matrix thin_q() const;  ///< m × n.
    Matrix r() const;       ///< the triangle, n × n.

  private:
    struct Factors;
    std::shared_ptr<const Factors> factors_;
};

struct Eigenpairs {
    bool converged = false;
    ComplexVector values;   ///< NaN where it did not converge.
    ComplexMatrix vectors;  ///< columns of norm 1.
};
/// Of a real square matrix, by the real Schur form.
Eigenpairs eigenpairs(const Matrix& A);
/// In the order of the Schur form; spectrum.hpp has them scaled and sorted.
ComplexVector schur_eigenvalues(const Matrix& A);

struct SymmetricEigenpairs {
    Vector values;  ///< ascending.
    Matrix vectors;
};
SymmetricEigenpairs symmetric_eigenpairs(const Matrix& S);
Vector symmetric_eigenvalues(const Matrix& S);
/// λ with A x = λ B x, ascending, A symmetric and B positive definite; nothing where it is not.
std::optional<Vector> generalized_eigenvalues(const Matrix& A, const Matrix& B);

struct SingularVectors {
    Vector values;  ///< descending.
    Matrix left;    ///< columns.
    Matrix right;
};
/// All, square U and V, by two-sided Jacobi rotations: accurate, for small matrices.
SingularVectors singular_vectors(const Matrix& A);
Vector singular_values(const Matrix& A);
/// Those of the real matrix [Re −Im; Im Re], which has each twice.
Vector singular_values(const ComplexMatrix& A);

/// Which vectors a bidiagonal decomposition computes: `Thin` as many as there are singular values.
enum class SingularSide { None, ThinLeft, FullLeft, ThinRight, ThinBoth };
/// By divide and conquer (Gu and Eisenstat 1995), for larger matrices.
SingularVectors divided_singular_vectors(const Matrix& A, SingularSide side);

/// The shortest x of those that bring A x nearest to b, by a complete orthogonal decomposition;
/// pivots below `threshold` times the largest count as 0 (without one: N ε).
Vector least_norm_solution(const Matrix& A, const Vector& b, std::optional<double> threshold = {});
/// By QR with column pivoting.
Index column_rank(const Matrix& A);
/// S += factor G Gᵀ in the lower triangle of S.
void rank_update(Matrix& S, const Matrix& G, double factor);

}  // namespace resdyn
