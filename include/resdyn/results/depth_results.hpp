/// @file
/// What `resdyn depth` finds as JSON and as CSV tables.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/depth/certified_stop.hpp>
#include <resdyn/depth/coarsening.hpp>
#include <resdyn/depth/depth_criteria.hpp>
#include <resdyn/formats/csv.hpp>

namespace resdyn {

/// A network with fewer layers in place of the whole one, measured.
struct Replacement {
    std::string kind;  ///< "cut", "held tail", "analytic tail", "coarsened".
    Index depth = 0;
    double step = 0.0;  ///< h of it.
    Proportion accuracy;
    Proportion agreement;
    /// Largest |logits − those of the whole network|, and the proved bound of it, where there is
    /// one (infinite where it ran away); NaN: none is claimed.
    double logit_error = 0.0;
    double logit_bound = 0.0;
    Index samples = 0;  ///< of the two: they are taken on the certified sample.
};

/// What stopping early is worth, measured: the same engine with its proofs and without.
struct EarlyStopTiming {
    Index samples = 0;
    double mean_layers = 0.0;        ///< run per input; L without stopping.
    std::vector<Index> tried_after;  ///< layers after which the proofs were tried.
    double seconds = 0.0;            ///< median of the rounds, proofs included.
    double seconds_without = 0.0;    ///< median, all layers run.
    Index different = 0;             ///< inputs whose class is not the whole network's: must be 0.
};

/// All that the verb has to say.
struct DepthStudy {
    DepthProfile profile;
    DepthCriteriaOptions options;
    DepthCriteria criteria;
    std::optional<CertificateReport> certificates;  ///< residual networks.
    std::optional<EarlyStopTiming> early_stop;      ///< likewise.
    std::vector<Replacement> replacements;
    std::optional<StepLimit> step_limit;  ///< where coarser steps were asked for.
};

nlohmann::ordered_json to_json(const DepthStudy& study);

/// "depths.csv" (a line a depth), "criteria.csv", "sensitivity.csv", "lesions.csv",
/// "certificates.csv" (a line a layer), "replacements.csv"; those the study has.
std::vector<std::pair<std::string, CsvTable>> depth_tables(const DepthStudy& study);

}  // namespace resdyn
