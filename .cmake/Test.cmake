set(freshet_test_options $<$<CONFIG:Release>:-O0>) # of the tests' own code: it is to compile fast, not to be fast

# freshet_test(NAME SOURCES file.cpp ... [LIBRARIES target ...] [TIMEOUT seconds] [PROGRAMS target ...])
#
# One Boost.Test executable NAME. Each source is a test suite named for its file (retry_policy.cpp holds the
# suite `retry_policy`) and an entry of ctest `NAME.retry_policy`; a suite that does not exist fails.
# PROGRAMS are executables that the tests start: they are built first and found in build/bin.
function(freshet_test name)
    cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LIBRARIES;PROGRAMS;SUPPORT" ${ARGN})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 120)
    endif()
    add_executable(${name} ${arg_SOURCES} ${arg_SUPPORT})
    target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} freshet_test_support freshet_warnings)
    target_compile_options(${name} PRIVATE ${freshet_test_options})
    target_precompile_headers(${name} REUSE_FROM freshet_test_support)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    if(arg_PROGRAMS)
        add_dependencies(${name} ${arg_PROGRAMS})
    endif()
    foreach(source IN LISTS arg_SOURCES)
        get_filename_component(suite ${source} NAME_WE)
        add_test(NAME ${name}.${suite} COMMAND ${name} --run_test=${suite} --catch_system_errors=no)
        set_tests_properties(${name}.${suite} PROPERTIES TIMEOUT ${arg_TIMEOUT})
    endforeach()
endfunction()
