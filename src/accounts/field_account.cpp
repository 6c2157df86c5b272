#include "field_account.hpp"

#include "figures/field_figures.hpp"
#include "results/field_results.hpp"

namespace resdyn {

Account account_of(const FieldPortrait& portrait, figures::Columns columns) {
    return {.json = {{"dimension", portrait.slice.origin.size()}, {"portrait", to_json(portrait)}},
            .tables = field_tables(portrait),
            .figures = {figures::field_portrait_figure(portrait, columns)},
            .words = summary(portrait)};
}

Account account_of(const FieldBasins& map, figures::Columns columns) {
    return {.json = {{"dimension", map.slice.origin.size()}, {"map", to_json(map)}},
            .tables = field_tables(map),
            .figures = {figures::field_basin_figure(map, columns)},
            .words = summary(map)};
}

}  // namespace resdyn
