# The study of smooth layers in a quick form: two seeds of two sets, stopped and gone on with, then
# its tables.
file(REMOVE_RECURSE ${OUT})
foreach(seeds 1 2)
  execute_process(COMMAND ${PROGRAM} --out ${OUT} --quick --sets moons,xor --seeds ${seeds}
                  OUTPUT_VARIABLE done COMMAND_ERROR_IS_FATAL ANY)
endforeach()
if(NOT done MATCHES "moons-1.csv" OR done MATCHES "moons-0.csv")
  message(FATAL_ERROR "expected the second run to do the second seed alone, got: ${done}")
endif()
execute_process(COMMAND ${PROGRAM} --out ${OUT} --sets moons,xor --seeds 2 --tables
                OUTPUT_VARIABLE tables COMMAND_ERROR_IS_FATAL ANY)
file(STRINGS ${OUT}/smooth_layers.csv rows)
list(LENGTH rows count)
if(NOT count EQUAL 33)  # a head, and 8 ways of training of 2 sets and 2 seeds
  message(FATAL_ERROR "expected 33 lines, got ${count}")
endif()
if(NOT tables MATCHES "growth, smooth 0.001" OR NOT tables MATCHES "fewer than 5 settings")
  message(FATAL_ERROR "expected the tables of the page, got: ${tables}")
endif()
