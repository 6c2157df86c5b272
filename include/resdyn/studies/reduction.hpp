/// @file
/// A network made small: compact imitations of it (learning/imitation.hpp), measured on data they
/// have not seen and with everything proved of them that can be proved, and its parts of low rank
/// (rank_study.hpp).
///
/// What it can miss: a proof about an imitation is no proof about the original, however well the
/// two agree; agreement is measured on the samples given, not proved.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/learning/imitation.hpp>
#include <resdyn/studies/proofs.hpp>
#include <resdyn/studies/rank_study.hpp>

namespace resdyn {

struct ReductionOptions {
    std::vector<Index> hidden_units{};       ///< M of each imitation, >= 1; empty: none is trained.
    ImitationOptions imitation{};            ///< of all of them; its hidden_units is not read.
    ProofOptions proofs{};                   ///< of each imitation.
    std::optional<RankStudyOptions> rank{};  ///< absent: no part of low rank is looked at.
    /// Called now and then with the part at work and the share done; may be empty.
    std::function<void(const std::string&, double)> on_part{};
};

/// One imitation.
struct ImitationReport {
    Index hidden_units = 0;  ///< M.
    Imitation imitation;
    NetworkAgreement agreement;           ///< with the original, on the test data.
    std::optional<NetworkProofs> proofs;  ///< absent: see `not_proved`.
    std::string not_proved;               ///< why nothing was tried, a sentence; else empty.
};

struct Reduction {
    Proportion accuracy;  ///< of the original, on the test data.
    std::vector<ImitationReport> imitations;
    std::optional<RankStudy> ranks;
};

/// `training` may be null where no imitation is asked for. Throws std::invalid_argument naming the
/// option out of range, InputError for data that do not fit, before any work. An imitation that
/// ended as Interrupted ends the call there: it is the last of the list, and not measured.
Reduction reduce(const Network& original, const Dataset* training, const Dataset& test,
                 const ReductionOptions& options);

/// What is proved, in whole sentences, of which the first says of what: the imitation, not the
/// original.
std::vector<std::string> describe(const ImitationReport& report);

}  // namespace resdyn
