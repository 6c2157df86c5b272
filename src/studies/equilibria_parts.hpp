/// @file
/// The methods of study_equilibria, one source each (equilibria_PART.cpp): each fills its part of
/// the study, and the certificate where one is wanted.
#pragma once

#include <optional>
#include <string>

#include <resdyn/studies/equilibria.hpp>

namespace resdyn {

/// What a method is called with.
struct EquilibriaTask {
    const ResidualNetwork& network;
    const Dataset* data;  ///< null: none.
    const EquilibriaStudyOptions& options;
    EquilibriaStudy& study;

    const ResidualSystem& system() const { return study.decided_on(); }
    void note(const std::string& line) const;
    void progress(std::string_view part, double share, const std::string& words) const;
    /// Its farm does a shard: nothing is folded, and there is no answer to fill in.
    bool does_shard() const { return options.farm != nullptr && options.farm->is_shard(); }
    /// `starts`, or `otherwise` where it is 0.
    Index starts(Index otherwise) const;
};

/// What a search may cost that nobody insisted on.
struct NodeLimits {
    double predicted;  ///< nodes predicted at most.
    double allowance;  ///< the search itself may take so many times the predicted …
    double least;      ///< … and so many in any case.
};

/// Every equilibrium. Nothing is begun that is predicted to take more than `seconds` of one
/// processor (0: no limit): then its cost.
std::optional<AtlasCost> add_atlas(const EquilibriaTask& task, double seconds = 0.0);
/// Every stable one, or every stable vertex.
void add_stable(const EquilibriaTask& task, bool vertices_only);
/// The stable ones; nothing is searched that is predicted to cost more: then the prediction.
std::optional<CostPrediction> add_stable_within(const EquilibriaTask& task,
                                                const NodeLimits& limits);
void add_attracting(const EquilibriaTask& task);
/// From data, or from random starts without.
void add_settled(const EquilibriaTask& task);
void add_roots(const EquilibriaTask& task);
/// The atlas with its clocks, and what moves for ever.
void add_recurrence(const EquilibriaTask& task);

/// Of a logistic origin that was decided, where they take seconds and the weights are those stored.
std::optional<OriginDirections> affordable_directions(const EquilibriaTask& task,
                                                      const std::optional<OriginReport>& origin);
/// Margins and what hangs on rounding.
void add_margins(const EquilibriaTask& task, const std::vector<Equilibrium>& equilibria,
                 ListedVerdicts& verdicts);
/// Both clocks of a list; an interrupt leaves those of the first ones, but a search that was
/// interrupted itself is listed with all of them.
std::vector<TwoClocks> clocks_of_list(const EquilibriaTask& task,
                                      const std::vector<Equilibrium>& equilibria,
                                      bool search_interrupted);

}  // namespace resdyn
