/// @file
/// The residual system of a batch: u' = W f(u) for many pre-activations at once, one matrix
/// product. Every activation.
#pragma once

#include <resdyn/model/residual_system.hpp>
#include <resdyn/numerics/ensemble.hpp>

namespace resdyn {

/// f of every entry by vectorised arithmetic, into `y`; absolute error of a few ulp of the levels.
void activate_batch(Activation activation, const BatchField::ConstBlock& u, BatchField::Block y);

/// u' = W f(u), a column a trajectory; also the layer map u ← u + h W f(u) of iterate_ensemble.
class PreactivationBatch final : public BatchField {
  public:
    explicit PreactivationBatch(const ResidualSystem& system)
        : W_(system.W()), activation_(system.activation()) {}
    Index dimension() const override { return W_.rows(); }
    void value(const ConstBlock& u, Block velocity) const override;

  private:
    Matrix W_;
    Activation activation_;
};

}  // namespace resdyn
