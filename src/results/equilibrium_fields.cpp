#include "equilibrium_fields.hpp"

#include <string>

#include "equilibrium_words.hpp"

namespace resdyn {

namespace {

using EquilibriumField = Field<EquilibriumRow>;

template <typename V>
auto of(V Equilibrium::*member) {
    return [member](const EquilibriumRow& row) { return row.equilibrium->*member; };
}

std::optional<std::string> continuum_words(const EquilibriumRow& row) {
    return row.equilibrium->on_continuum ? std::optional<std::string>("on a continuum")
                                         : std::nullopt;
}

Table<EquilibriumRow> fields(bool margins) {
    std::vector<EquilibriumField> all = {
        EquilibriumField("pattern", of(&Equilibrium::pattern)).shown("pattern", "{}"),
        EquilibriumField(
            "in_line",
            [](const EquilibriumRow& row) { return pattern_text(row.equilibrium->pattern); })
            .people_only()
            .said("  {}", "{}"),
        EquilibriumField("type", of(&Equilibrium::type)).shown("type").said("  {:<15}", "{}"),
        EquilibriumField(
            "unstable_dimension",
            [](const EquilibriumRow& row) { return row.equilibrium->spectrum.unstable; })
            .shown("unstable dimension")
            .said(" unstable {}"),
        EquilibriumField(
            "hyperbolic",
            [](const EquilibriumRow& row) { return row.equilibrium->spectrum.is_hyperbolic(); }),
        EquilibriumField("on_continuum", of(&Equilibrium::on_continuum)).shown("on a continuum"),
        EquilibriumField("proved", of(&Equilibrium::proved)).csv_only().shown("proved"),
        EquilibriumField("residual", of(&Equilibrium::residual))
            .shown("residual")
            .said("  residual {}", "{:.1e}")};
    if (margins) {
        all.push_back(EquilibriumField("margin", &EquilibriumRow::margin)
                          .if_present()
                          .said("  margin {}", "{:.1e}"));
    }
    all.push_back(EquilibriumField("y", of(&Equilibrium::y)).shown("y"));
    all.push_back(
        EquilibriumField("in_line",
                         [](const EquilibriumRow& row) { return point_text(row.equilibrium->y); })
            .people_only()
            .said("  y = ({})", "{}"));
    all.push_back(EquilibriumField("flow_eigenvalues", of(&Equilibrium::flow_eigenvalues))
                      .json_only()
                      .shown("flow eigenvalues"));
    all.push_back(EquilibriumField("multipliers", of(&Equilibrium::multipliers))
                      .json_only()
                      .shown("multipliers"));
    all.push_back(EquilibriumField("in_line", continuum_words).people_only().said("  {}", "{}"));
    return Table<EquilibriumRow>(all);
}

}  // namespace

std::vector<EquilibriumRow> equilibrium_rows(const std::vector<Equilibrium>& equilibria,
                                             const std::vector<double>& margins) {
    std::vector<EquilibriumRow> rows;
    for (std::size_t k = 0; k < equilibria.size(); ++k) {
        rows.push_back(
            {&equilibria[k], margins.empty() ? std::nullopt : std::optional(margins.at(k))});
    }
    return rows;
}

const Table<EquilibriumRow>& equilibrium_fields(bool margins) {
    static const Table<EquilibriumRow> with = fields(true);
    static const Table<EquilibriumRow> without = fields(false);
    return margins ? with : without;
}

}  // namespace resdyn
