# freshet_embed(TARGET NAMESPACE FILE...)
#
# Adds to TARGET one header and one source per FILE, in which the file's text is the constant
# `NAMESPACE::<name with dots as underscores>`; include it as "<folder of FILE>/<name>.hpp", e.g.
# jobs/queue/claim.lua becomes `#include "jobs/queue/claim.lua.hpp"` and `freshet::jobs::claim_lua`.
function(freshet_embed target namespace)
    foreach(file IN LISTS ARGN)
        cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} OUTPUT_VARIABLE source)
        file(RELATIVE_PATH relative ${CMAKE_SOURCE_DIR} ${source})
        set(out ${CMAKE_BINARY_DIR}/embedded/${relative})
        add_custom_command(
            OUTPUT ${out}.cpp ${out}.hpp
            COMMAND ${CMAKE_COMMAND} -DSOURCE=${source} -DOUT=${out} -DRELATIVE=${relative}
                    -DNAMESPACE=${namespace} -P ${CMAKE_SOURCE_DIR}/.cmake/EmbedFile.cmake
            DEPENDS ${source} ${CMAKE_SOURCE_DIR}/.cmake/EmbedFile.cmake
            COMMENT "Embedding ${relative}"
            VERBATIM)
        target_sources(${target} PRIVATE ${out}.cpp ${out}.hpp)
        set_source_files_properties(${out}.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
    endforeach()
    target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/embedded)
endfunction()
