/// @file
/// The inner kernels of Eigen's products of matrices and vectors, compiled once.
///
/// Each file with a product of two matrices would instantiate and optimise them again; these
/// declarations, part of every precompiled header, leave that to product_kernels.cpp. A build
/// without precompiled headers does not see them and is as right, only slower to compile.
/// (Declarations help only for what Eigen defines outside of its classes: what stands inside is
/// inline, and is instantiated all the same.)
#pragma once

#include <Eigen/Core>

// product_kernels.cpp defines what all others declare.
#ifndef RESDYN_PRODUCT_KERNEL
#define RESDYN_PRODUCT_KERNEL extern template
#endif

namespace Eigen::internal {

template <typename Scalar>
using PackedLhs = typename gebp_traits<Scalar, Scalar>::LhsPacket4Packing;
template <typename Scalar, int order>
using InputMapper = const_blas_data_mapper<Scalar, Index, order>;

// NOTE: not to be had by a template: an explicit instantiation names its type.
#define RESDYN_PRODUCT_KERNELS(Scalar)                                                       \
    RESDYN_PRODUCT_KERNEL struct gebp_kernel<                                                \
        Scalar, Scalar, Index, blas_data_mapper<Scalar, Index, ColMajor, Unaligned, 1>,      \
        gebp_traits<Scalar, Scalar>::mr, gebp_traits<Scalar, Scalar>::nr, false, false>;     \
    RESDYN_PRODUCT_KERNEL struct gemm_pack_lhs<                                              \
        Scalar, Index, InputMapper<Scalar, ColMajor>, gebp_traits<Scalar, Scalar>::mr,       \
        gebp_traits<Scalar, Scalar>::LhsProgress, PackedLhs<Scalar>, ColMajor>;              \
    RESDYN_PRODUCT_KERNEL struct gemm_pack_lhs<                                              \
        Scalar, Index, InputMapper<Scalar, RowMajor>, gebp_traits<Scalar, Scalar>::mr,       \
        gebp_traits<Scalar, Scalar>::LhsProgress, PackedLhs<Scalar>, RowMajor>;              \
    RESDYN_PRODUCT_KERNEL struct gemm_pack_rhs<Scalar, Index, InputMapper<Scalar, ColMajor>, \
                                               gebp_traits<Scalar, Scalar>::nr, ColMajor>;   \
    RESDYN_PRODUCT_KERNEL struct gemm_pack_rhs<Scalar, Index, InputMapper<Scalar, RowMajor>, \
                                               gebp_traits<Scalar, Scalar>::nr, RowMajor>;   \
    RESDYN_PRODUCT_KERNEL struct general_matrix_vector_product<                              \
        Index, Scalar, InputMapper<Scalar, ColMajor>, ColMajor, false, Scalar,               \
        InputMapper<Scalar, RowMajor>, false, 0>;                                            \
    RESDYN_PRODUCT_KERNEL struct general_matrix_vector_product<                              \
        Index, Scalar, InputMapper<Scalar, ColMajor>, ColMajor, false, Scalar,               \
        InputMapper<Scalar, ColMajor>, false, 0>;                                            \
    RESDYN_PRODUCT_KERNEL struct general_matrix_vector_product<                              \
        Index, Scalar, InputMapper<Scalar, RowMajor>, RowMajor, false, Scalar,               \
        InputMapper<Scalar, ColMajor>, false, 0>;

RESDYN_PRODUCT_KERNELS(double)
RESDYN_PRODUCT_KERNELS(float)
#undef RESDYN_PRODUCT_KERNELS

}  // namespace Eigen::internal
