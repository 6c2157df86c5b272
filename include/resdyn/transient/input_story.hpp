/// @file
/// One input on its way through the network: its residuals, the evidence of every unit and layer
/// for the class decided against the runner-up, and the logits as they grow.
///
/// With d the class decided and r the runner-up at the last layer, the lead is a sum, exactly up to
/// rounding: lead = (V x_0 + c)_d − (V x_0 + c)_r + Σ_n Σ_i h [(VA)_di − (VA)_ri] y_{n,i}.
#pragma once

#include <resdyn/model/residual_network.hpp>

namespace resdyn {

struct InputStory {
    Index sample = 0;   ///< column of the data, or what the caller names it by.
    Index label = -1;   ///< true class; −1: not known.
    Index decided = 0;  ///< class of the largest logit at layer L.
    Index runner_up = 0;
    Vector data;         ///< D, the input itself.
    Matrix y;            ///< M×L, residuals y_0 … y_{L−1}.
    Matrix logits;       ///< C×(L+1), V x_n + c.
    double start = 0.0;  ///< the start's part of the lead.
    Matrix evidence;     ///< M×L: each unit's and layer's part of the lead.
    double lead = 0.0;   ///< logit of `decided` less that of `runner_up` at layer L.
    /// |start + Σ evidence − lead|, and what rounding may reach (as in evidence.hpp).
    double rounding_residual = 0.0;
    double rounding_bound = 0.0;

    bool balances() const { return rounding_residual <= rounding_bound; }
};

/// data: D×B; the story of column `sample`. The network needs a read-out with two classes or more:
/// throws std::invalid_argument otherwise.
InputStory input_story(const ResidualNetwork& network, const Matrix& data, Index sample,
                       Index label = -1);

/// Columns whose story says most of a population: the one whose final lead (class of the label less
/// the best other) is the median, and the one whose lead is nearest to zero. logits: C×B.
struct TellingSamples {
    Index typical = 0;
    Index closest = 0;
};
/// labels: B. Throws std::invalid_argument without samples or with other numbers of them.
TellingSamples telling_samples(const Matrix& logits, const Eigen::VectorXi& labels);

}  // namespace resdyn
