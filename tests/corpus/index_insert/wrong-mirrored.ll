define dso_local ptr @index_insert(ptr nocapture noundef %0, ptr nocapture noundef readonly %1, i64 noundef %2) local_unnamed_addr nofree nounwind uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" {
  %4 = getelementptr inbounds i8, ptr %0, i64 8
  %5 = load ptr, ptr %4, align 8
  %6 = icmp eq ptr %5, null
  br i1 %6, label %16, label %7

7:                                                ; preds = %3
  %8 = getelementptr inbounds i8, ptr %5, i64 32
  %9 = getelementptr inbounds i8, ptr %5, i64 24
  %10 = load i64, ptr %9, align 8
  %11 = tail call i64 @llvm.umin.i64(i64 %2, i64 %10)
  %12 = tail call i32 @memcmp(ptr %1, ptr nonnull %8, i64 %11)
  %13 = icmp eq i32 %12, 0
  %14 = icmp eq i64 %10, %2
  %15 = select i1 %13, i1 %14, i1 false
  br i1 %15, label %56, label %16

16:                                               ; preds = %7, %3
  %17 = load ptr, ptr %0, align 8
  %18 = icmp eq ptr %17, null
  br i1 %18, label %43, label %19

19:                                               ; preds = %16, %34
  %20 = phi ptr [ %39, %34 ], [ %17, %16 ]
  %21 = getelementptr inbounds i8, ptr %20, i64 32
  %22 = getelementptr inbounds i8, ptr %20, i64 24
  %23 = load i64, ptr %22, align 8
  %24 = tail call i64 @llvm.umin.i64(i64 %2, i64 %23)
  %25 = tail call i32 @memcmp(ptr noundef readonly %1, ptr noundef nonnull readonly %21, i64 noundef %24) nounwind willreturn memory(read)
  %26 = icmp eq i32 %25, 0
  br i1 %26, label %27, label %34

27:                                               ; preds = %19
  %28 = icmp ugt i64 %23, %2
  %29 = icmp ult i64 %23, %2
  %30 = zext i1 %29 to i32
  %31 = sext i1 %28 to i32
  %32 = add nsw i32 %31, %30
  %33 = icmp eq i32 %32, 0
  br i1 %33, label %56, label %34

34:                                               ; preds = %19, %27
  %35 = phi i32 [ %32, %27 ], [ %25, %19 ]
  %36 = icmp sgt i32 %35, 0
  %37 = select i1 %36, i64 0, i64 8
  %38 = getelementptr inbounds i8, ptr %20, i64 %37
  %39 = load ptr, ptr %38, align 8
  %40 = icmp eq ptr %39, null
  br i1 %40, label %41, label %19

41:                                               ; preds = %34
  %42 = getelementptr inbounds i8, ptr %20, i64 %37
  br label %43

43:                                               ; preds = %41, %16
  %44 = phi ptr [ %0, %16 ], [ %42, %41 ]
  %45 = add i64 %2, 33
  %46 = tail call noalias ptr @malloc(i64 noundef %45) nounwind allocsize(0)
  %47 = icmp eq ptr %46, null
  br i1 %47, label %61, label %48

48:                                               ; preds = %43
  %49 = getelementptr inbounds i8, ptr %46, i64 24
  tail call void @llvm.memset.p0.i64(ptr noundef nonnull align 8 dereferenceable(24) %46, i8 0, i64 24, i1 false)
  store i64 %2, ptr %49, align 8
  %50 = getelementptr inbounds i8, ptr %46, i64 32
  tail call void @llvm.memcpy.p0.p0.i64(ptr nonnull align 8 %50, ptr align 1 %1, i64 %2, i1 false)
  %51 = getelementptr inbounds [0 x i8], ptr %50, i64 0, i64 %2
  store i8 0, ptr %51, align 1
  store ptr %46, ptr %44, align 8
  %52 = getelementptr inbounds i8, ptr %0, i64 16
  %53 = load <2 x i64>, ptr %52, align 8
  %54 = insertelement <2 x i64> <i64 1, i64 poison>, i64 %2, i64 1
  %55 = add <2 x i64> %53, %54
  store <2 x i64> %55, ptr %52, align 8
  br label %56

56:                                               ; preds = %27, %7, %48
  %57 = phi ptr [ %46, %48 ], [ %5, %7 ], [ %20, %27 ]
  %58 = getelementptr inbounds i8, ptr %57, i64 16
  %59 = load i64, ptr %58, align 8
  %60 = add nsw i64 %59, 1
  store i64 %60, ptr %58, align 8
  store ptr %57, ptr %4, align 8
  br label %61

61:                                               ; preds = %43, %56
  %62 = phi ptr [ %57, %56 ], [ null, %43 ]
  ret ptr %62
}
; verdict: refuted: puts smaller words to the right
