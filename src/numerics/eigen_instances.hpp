/// @file
/// Eigen's decompositions and products of the library's matrix types, compiled once.
///
/// Each file that uses a decomposition would instantiate and optimise it again; these declarations,
/// part of every precompiled header, leave that to eigen_instances.cpp. A build without precompiled
/// headers does not see them and is as right, only slower to compile (a file with a symmetric
/// eigenvalue solver: 40 s of processor instead of 8).
#pragma once

#include <Eigen/Dense>

// eigen_instances.cpp defines what all others declare.
#ifndef RESDYN_EIGEN_INSTANCE
#define RESDYN_EIGEN_INSTANCE extern template
#endif

namespace Eigen {

RESDYN_EIGEN_INSTANCE class HessenbergDecomposition<MatrixXd>;
RESDYN_EIGEN_INSTANCE class RealSchur<MatrixXd>;
RESDYN_EIGEN_INSTANCE RealSchur<MatrixXd>& RealSchur<MatrixXd>::compute(const EigenBase<MatrixXd>&,
                                                                        bool);
RESDYN_EIGEN_INSTANCE RealSchur<MatrixXd>& RealSchur<MatrixXd>::computeFromHessenberg(
    const MatrixXd&, const MatrixXd&, bool);
RESDYN_EIGEN_INSTANCE class EigenSolver<MatrixXd>;
RESDYN_EIGEN_INSTANCE EigenSolver<MatrixXd>& EigenSolver<MatrixXd>::compute(
    const EigenBase<MatrixXd>&, bool);
RESDYN_EIGEN_INSTANCE class Tridiagonalization<MatrixXd>;
RESDYN_EIGEN_INSTANCE class SelfAdjointEigenSolver<MatrixXd>;
RESDYN_EIGEN_INSTANCE SelfAdjointEigenSolver<MatrixXd>& SelfAdjointEigenSolver<MatrixXd>::compute(
    const EigenBase<MatrixXd>&, int);
RESDYN_EIGEN_INSTANCE class PartialPivLU<MatrixXd>;
RESDYN_EIGEN_INSTANCE class PartialPivLU<MatrixXcd>;
RESDYN_EIGEN_INSTANCE class LLT<MatrixXd>;
RESDYN_EIGEN_INSTANCE class HouseholderQR<MatrixXd>;
RESDYN_EIGEN_INSTANCE class JacobiSVD<MatrixXd>;
RESDYN_EIGEN_INSTANCE class JacobiSVD<MatrixXcd>;
RESDYN_EIGEN_INSTANCE class BDCSVD<MatrixXd>;

namespace internal {

RESDYN_EIGEN_INSTANCE struct general_matrix_matrix_product<Index, double, ColMajor, false, double,
                                                           ColMajor, false, ColMajor, 1>;
RESDYN_EIGEN_INSTANCE struct general_matrix_matrix_product<Index, double, RowMajor, false, double,
                                                           ColMajor, false, ColMajor, 1>;
RESDYN_EIGEN_INSTANCE struct general_matrix_matrix_product<Index, double, ColMajor, false, double,
                                                           RowMajor, false, ColMajor, 1>;
RESDYN_EIGEN_INSTANCE struct general_matrix_matrix_product<Index, float, ColMajor, false, float,
                                                           ColMajor, false, ColMajor, 1>;
RESDYN_EIGEN_INSTANCE struct general_matrix_matrix_product<Index, float, RowMajor, false, float,
                                                           ColMajor, false, ColMajor, 1>;
RESDYN_EIGEN_INSTANCE struct general_matrix_matrix_product<Index, float, ColMajor, false, float,
                                                           RowMajor, false, ColMajor, 1>;

}  // namespace internal
}  // namespace Eigen
