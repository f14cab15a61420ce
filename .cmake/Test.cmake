# freshet_test(NAME SOURCES file.cpp ... [LIBRARIES target ...] [TIMEOUT seconds] [PROGRAMS target ...])
#
# One Boost.Test executable NAME. Each source is a test suite named for its file (retry_policy.cpp holds the
# suite `retry_policy`) and an entry of ctest `NAME.retry_policy`; a suite that does not exist fails.
# PROGRAMS are executables that the tests start: they are built first and found in build/bin.
function(freshet_test name)
    cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LIBRARIES;PROGRAMS;SUPPORT" ${ARGN})
    find_package(Boost 1.81 REQUIRED COMPONENTS unit_test_framework)
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 120)
    endif()
    add_executable(${name} ${CMAKE_SOURCE_DIR}/tests/support/main.cpp ${arg_SOURCES} ${arg_SUPPORT})
    target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} Boost::unit_test_framework freshet_warnings)
    target_compile_definitions(${name} PRIVATE BOOST_TEST_DYN_LINK
        FRESHET_SOURCE_DIR="${CMAKE_SOURCE_DIR}" FRESHET_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
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
