define dso_local void @timers_merge(ptr noundef %0, ptr noundef %1) local_unnamed_addr nofree norecurse nosync nounwind memory(readwrite, inaccessiblemem: none) uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" {
  %3 = icmp eq ptr %0, %1
  br i1 %3, label %50, label %4

4:                                                ; preds = %2
  %5 = load ptr, ptr %0, align 8
  %6 = load ptr, ptr %1, align 8
  %7 = icmp ne ptr %5, null
  %8 = icmp ne ptr %6, null
  %9 = select i1 %7, i1 %8, i1 false
  br i1 %9, label %10, label %28

10:                                               ; preds = %4, %10
  %11 = phi ptr [ %20, %10 ], [ null, %4 ]
  %12 = phi ptr [ %20, %10 ], [ %0, %4 ]
  %13 = phi ptr [ %23, %10 ], [ %6, %4 ]
  %14 = phi ptr [ %22, %10 ], [ %5, %4 ]
  %15 = getelementptr inbounds i8, ptr %13, i64 16
  %16 = load i64, ptr %15, align 8
  %17 = getelementptr inbounds i8, ptr %14, i64 16
  %18 = load i64, ptr %17, align 8
  %19 = icmp sle i64 %16, %18
  %20 = select i1 %19, ptr %13, ptr %14
  %21 = load ptr, ptr %20, align 8
  %22 = select i1 %19, ptr %14, ptr %21
  %23 = select i1 %19, ptr %21, ptr %13
  %24 = getelementptr inbounds i8, ptr %20, i64 8
  store ptr %11, ptr %24, align 8
  store ptr %20, ptr %12, align 8
  %25 = icmp ne ptr %22, null
  %26 = icmp ne ptr %23, null
  %27 = select i1 %25, i1 %26, i1 false
  br i1 %27, label %10, label %28

28:                                               ; preds = %10, %4
  %29 = phi ptr [ %5, %4 ], [ %22, %10 ]
  %30 = phi ptr [ %6, %4 ], [ %23, %10 ]
  %31 = phi ptr [ %0, %4 ], [ %20, %10 ]
  %32 = phi ptr [ null, %4 ], [ %20, %10 ]
  %33 = phi i1 [ %7, %4 ], [ %25, %10 ]
  %34 = select i1 %33, ptr %29, ptr %30
  store ptr %34, ptr %31, align 8
  %35 = icmp eq ptr %34, null
  br i1 %35, label %38, label %36

36:                                               ; preds = %28
  %37 = getelementptr inbounds i8, ptr %34, i64 8
  store ptr %32, ptr %37, align 8
  br label %38

38:                                               ; preds = %36, %28
  %39 = icmp eq ptr %30, null
  br i1 %39, label %44, label %40

40:                                               ; preds = %38
  %41 = getelementptr inbounds i8, ptr %1, i64 8
  %42 = load ptr, ptr %41, align 8
  %43 = getelementptr inbounds i8, ptr %0, i64 8
  store ptr %42, ptr %43, align 8
  br label %44

44:                                               ; preds = %40, %38
  %45 = getelementptr inbounds i8, ptr %1, i64 16
  %46 = load i32, ptr %45, align 8
  %47 = getelementptr inbounds i8, ptr %0, i64 16
  %48 = load i32, ptr %47, align 8
  %49 = add i32 %48, %46
  store i32 %49, ptr %47, align 8
  tail call void @llvm.memset.p0.i64(ptr noundef nonnull align 8 dereferenceable(20) %1, i8 0, i64 20, i1 false)
  br label %50

50:                                               ; preds = %2, %44
  ret void
}
; verdict: refuted: of equal deadlines those of the other list come first
